import { revisionName, shortId } from '../panels/words';
import type { IDominoFiles } from '../tokens';

/** `r3` where the revision is among those that were read, else its short id. */
export function nameIn(files: IDominoFiles, id: string): string {
  const { history, changes } = files;
  const known = [changes.status?.base, ...history.revisions];
  const revision = known.find(candidate => candidate?.id === id);
  return revision ? revisionName(revision) : shortId(id);
}

import type * as wire from '../src/schema';

export const PROJECT: wire.IProject = {
  id: 'p1',
  name: 'penguins',
  root: 'work/penguins',
  kind: 'files',
  store: 'file:///store',
  owner: 'ada'
};

export function revision(number: number, more = {}): wire.IRevision {
  const id = (n: number) => n.toString(16).padStart(40, '0');
  return {
    id: id(number),
    number,
    branch: 'main',
    parents: number > 1 ? [id(number - 1)] : [],
    author: 'ada',
    time: '2026-11-21T20:00:00Z',
    message: `message ${number}`,
    job: null,
    job_number: null,
    files: 3,
    bytes: 4200,
    git: null,
    conflicts: [],
    links: {},
    ...more
  };
}

export function change(path: string, kind: wire.ChangeKind): wire.IChange {
  const entry: wire.IEntry = {
    path,
    kind: 'file',
    size: 12,
    mode: 0o644,
    mtime_ns: 0,
    digest: ''
  };
  return {
    path,
    kind,
    old: kind === 'added' ? null : entry,
    new: kind === 'deleted' ? null : entry
  };
}

export function status(
  changes: wire.IChange[],
  more: Partial<wire.IStatus> = {}
): wire.IStatus {
  return {
    project: PROJECT.name,
    root: PROJECT.root,
    base: revision(2),
    head: revision(2),
    changes,
    next: null,
    total: changes.length,
    counts: { added: 0, changed: 0, deleted: 0, mode: 0, type: 0 },
    incoming: [],
    incoming_total: 0,
    problems: [],
    problems_total: 0,
    files: 3,
    bytes: 4200,
    bytes_to_store: 1200,
    git: null,
    is_clean: !changes.length,
    ...more
  };
}

export function job(
  number: number,
  state: wire.JobState,
  more: Partial<wire.IJob> = {}
): wire.IJob {
  return {
    job: number,
    id: `job-${number}`,
    title: 'train.ipynb',
    state,
    reason: null,
    command: {
      kind: 'notebook',
      file: 'train.ipynb',
      argv: [],
      parameters: {}
    },
    tier: 'medium',
    environment: {},
    user: 'ada',
    input_revision: revision(1).id,
    output_revision: null,
    exit_code: null,
    created: '2026-11-21T20:00:00Z',
    started: '2026-11-21T20:00:01Z',
    ended: null,
    seconds: null,
    progress: null,
    statistics: null,
    results: [],
    conflicts: [],
    failure: null,
    notebook: null,
    volume: null,
    ...more
  };
}

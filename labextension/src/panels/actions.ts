import type { ContentsSource } from '../client';

/** What the files section asks for; the plugins do it. */
export interface IFilesActions {
  sync(): void;
  /** Open a file of the project's folder; `path` is relative to the project. */
  openInFolder(path: string): void;
  /** Open a read-only file of a revision or a job. */
  openFrom(source: ContentsSource, path: string): void;
  /** Without `a` the revision the folder is based on, without `b` the folder. */
  openDiff(path: string, a?: string, b?: string): void;
  /** Take paths back to how they are in a revision; no paths means all. */
  revert(revision: string, paths: readonly string[]): void;
  openJob(job: number): void;
}

/** What the jobs section asks for; the plugins do it. */
export interface IJobsActions {
  run(): void;
  openJob(job: number): void;
  openFrom(source: ContentsSource, path: string): void;
  /** Show a revision in the history. */
  showRevision(revision: string): void;
  stop(job: number, discard: boolean): void;
}

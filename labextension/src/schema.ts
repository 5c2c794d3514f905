/**
 * The words of the REST interface. `wire.ts` is generated from the server's
 * OpenAPI file (`jlpm wire`); the names here are those the page uses.
 */
import type { components } from './wire';

type Schemas = components['schemas'];

export type IConfig = Schemas['Config'];
export type IProject = Schemas['Project'];
export type IInitRequest = Schemas['InitRequest'];
export type IEntry = Schemas['Entry'];
export type IEntryPage = Schemas['Entries'];
export type ChangeKind = Schemas['ChangeKind'];
export type IChange = Schemas['Change'];
export type IProblem = Schemas['Problem'];
export type IStatus = Schemas['Status'];
export type ISyncRequest = Schemas['SyncRequest'];
export type ISyncResult = Schemas['SyncResult'];
export type IRevision = Schemas['Revision'];
export type IRevisionPage = Schemas['Revisions'];
export type IRevisionDetail = Schemas['RevisionDetail'];
export type IDiff = Schemas['Diff'];
export type IFileDiff = Schemas['FileDiff'];
export type IRevertRequest = Schemas['RevertRequest'];
export type IRevertResult = Schemas['RevertResult'];
export type IParameter = Schemas['Parameter'];
export type IParameters = Schemas['Parameters'];
export type ITiers = Schemas['Tiers'];
export type JobState = Schemas['JobState'];
export type IJob = Schemas['Job'];
export type IJobPage = Schemas['Jobs'];
export type IJobRequest = Schemas['JobRequest'];
export type ILogPart = Schemas['LogPart'];
export type IContents = Schemas['Contents'];
export type IErrorBody = Schemas['Error'];

/** Something happened to a project's place in the server's tree. */
export interface IProjectEvent {
  action: 'initialised';
  project: string;
  path: string;
}

/** Files of a project changed, on disk or in its history. */
export interface IFilesEvent {
  action: 'synced' | 'reverted' | 'changed' | 'hydrated';
  project: string;
  path: string;
  revision?: string;
  number?: number;
  paths?: string[];
}

/** A job changed its state, went on to another cell, or wrote to its log. */
export interface IJobEvent {
  action: 'state' | 'progress' | 'log';
  project: string;
  path: string;
  job: number;
  state: JobState;
  cell?: number;
  cells?: number;
  elapsed?: number;
  /** Offset behind the newest byte of the log. */
  next?: number;
}

/** Whether a job can still change. */
export function isLive(state: JobState): boolean {
  switch (state) {
    case 'Queued':
    case 'Preparing':
    case 'Running':
    case 'Finishing':
    case 'StopRequested':
      return true;
    case 'Succeeded':
    case 'Failed':
    case 'Error':
    case 'Stopped':
      return false;
  }
}

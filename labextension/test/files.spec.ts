import { RequestError } from '../src/client';
import { ChangesModel } from '../src/models/changes';
import { DiffModel } from '../src/models/diff';
import { HistoryModel } from '../src/models/history';
import type { ProjectModel } from '../src/models/project';
import { RevisionModel } from '../src/models/revision';
import { FakeClient, FakeEvents, openProject, settled } from './fakes';
import { change, PROJECT, revision, status } from './values';

let client: FakeClient;
let events: FakeEvents;
let project: ProjectModel;

beforeEach(async () => {
  client = new FakeClient();
  events = new FakeEvents();
  project = await openProject(client, events);
});

describe('ChangesModel', () => {
  let model: ChangesModel;

  beforeEach(async () => {
    client.statusNow = status([
      change('data/a.csv', 'changed'),
      change('notes.md', 'added')
    ]);
    model = new ChangesModel({ client, events, project });
    await model.refresh();
  });

  it('reads the status again when files of the project changed', async () => {
    client.statusNow = status([]);
    events.tellFiles('changed');
    await settled();
    expect(model.status?.total).toBe(0);
  });

  it('leaves events of other projects alone', async () => {
    const { length } = client.calls;
    events.tellFiles('changed', 'another');
    await settled();
    expect(client.calls.length).toBe(length);
  });

  it('shows the paths that the filter lets through', () => {
    model.filter = 'CSV';
    expect(model.shown.map(({ path }) => path)).toEqual(['data/a.csv']);
  });

  it('syncs with the message, and has none afterwards', async () => {
    model.message = 'first model';
    const syncing = model.sync();
    expect(model.isSyncing).toBe(true);
    await syncing;
    expect(client.calls).toContain('sync first model');
    expect(model.message).toBe('');
    expect(model.isSyncing).toBe(false);
  });

  it('keeps the message of a sync that failed', async () => {
    model.message = 'first model';
    client.fails = new RequestError('The disk is full.', 507, 'disk-full');
    await expect(model.sync()).rejects.toThrow('The disk is full.');
    expect(model.message).toBe('first model');
    expect(model.isSyncing).toBe(false);
  });

  it('shows why a reading failed, and what it had read before', async () => {
    client.fails = new RequestError('The store is away.', 503, 'unreachable');
    await model.refresh();
    expect(model.error).toBe('The store is away.');
    expect(model.status?.total).toBe(2);
  });

  it('forgets all with another project', async () => {
    await project.open('elsewhere');
    expect(model.status).toBeNull();
  });
});

describe('HistoryModel', () => {
  let model: HistoryModel;
  const numbers = () => model.revisions.map(({ number }) => number);

  beforeEach(async () => {
    client.history = Array.from({ length: 120 }, (_, i) => revision(120 - i));
    model = new HistoryModel({ client, events, project });
    await model.refresh();
  });

  it('reads the history in pages', async () => {
    expect(numbers().length).toBe(50);
    await model.more();
    await model.more();
    expect(numbers().length).toBe(120);
    expect(model.hasMore).toBe(false);
  });

  it('puts a new revision in front of all that was read', async () => {
    await model.more();
    client.history = [revision(121), ...client.history];
    events.tellFiles('synced');
    await settled();
    expect(numbers().slice(0, 2)).toEqual([121, 120]);
    expect(new Set(numbers()).size).toBe(101);
    expect(numbers().length).toBe(101);
  });

  it('does not read again for an edit in the folder', async () => {
    const { length } = client.calls;
    events.tellFiles('changed');
    await settled();
    expect(client.calls.length).toBe(length);
  });

  it('shows the history of one file', async () => {
    model.file = 'data/a.csv';
    await settled();
    expect(client.calls).toContain(`revisions ${PROJECT.root} of data/a.csv`);
  });
});

describe('RevisionModel', () => {
  it('compares with its parent, the folder and other revisions', async () => {
    const model = new RevisionModel(client, PROJECT, revision(2));
    await model.load();
    expect(model.changes?.length).toBe(2);
    expect(model.sides).toEqual({ a: revision(1).id, b: revision(2).id });

    await model.compare({ kind: 'folder' });
    expect(client.calls).toContain(`diff ${revision(2).id} undefined`);

    await model.compare({ kind: 'revision', id: 'abc' });
    expect(client.calls).toContain(`diff abc ${revision(2).id}`);
  });

  it('marks paths and takes the marks away', () => {
    const model = new RevisionModel(client, PROJECT, revision(2));
    model.toggle('a');
    model.toggle('b');
    model.toggle('a');
    expect([...model.marked]).toEqual(['b']);
  });
});

describe('DiffModel', () => {
  const options = (file: string, b?: string) => ({
    client,
    events,
    sides: { path: PROJECT.root, file, a: 'r1', b },
    base: () => null,
    readFolder: async () => 'Zm9sZGVy'
  });

  it('reads a diff against the folder again when files changed', async () => {
    const model = new DiffModel(options('a.py'));
    await model.refresh();
    events.tellFiles('changed');
    await settled();
    const reads = client.calls.filter(call => call === 'fileDiff a.py');
    expect(reads.length).toBe(2);
    model.dispose();
  });

  it('reads a diff of two revisions only once', async () => {
    const model = new DiffModel(options('a.py', 'r2'));
    await model.refresh();
    events.tellFiles('changed');
    await settled();
    const reads = client.calls.filter(call => call === 'fileDiff a.py');
    expect(reads.length).toBe(1);
  });

  it('has both sides of an image', async () => {
    const model = new DiffModel(options('plot.png'));
    await model.refresh();
    expect(model.images).toEqual({
      oldImage: 'data:image/png;base64,content of plot.png',
      newImage: 'data:image/png;base64,Zm9sZGVy'
    });
  });
});

import { RequestError } from '../src/client';
import { ProjectModel } from '../src/models/project';
import { Refresh } from '../src/models/refresh';
import { FakeClient, FakeEvents, settled } from './fakes';
import { PROJECT } from './values';

describe('Refresh', () => {
  it('reads once more for all that was asked during a reading', async () => {
    let reads = 0;
    let running = 0;
    const refresh = new Refresh(async () => {
      reads++;
      expect(++running).toBe(1);
      await settled();
      running--;
    });
    const first = refresh.ask();
    await Promise.resolve();
    await Promise.all([first, refresh.ask(), refresh.ask(), refresh.ask()]);
    expect(reads).toBe(2);
  });
});

describe('ProjectModel', () => {
  let client: FakeClient;
  let events: FakeEvents;
  let model: ProjectModel;

  beforeEach(() => {
    client = new FakeClient();
    events = new FakeEvents();
    model = new ProjectModel({ client, events, version: '0.1.0' });
  });

  afterEach(() => model.dispose());

  it('finds the project of a folder below its root', async () => {
    await model.open(`${PROJECT.root}/data`);
    expect(model.project).toEqual(PROJECT);
  });

  it('tells of a folder without a project', async () => {
    await model.open('elsewhere');
    expect(model.state.kind).toBe('none');
  });

  it('tells of a missing server extension', async () => {
    client.fails = new RequestError('Not Found', 404, '');
    await model.open('');
    expect(model.state.kind).toBe('missing');
  });

  it('tells of a server of another release', async () => {
    client.version = '9.9.9';
    await model.open(PROJECT.root);
    expect(model.state).toEqual({
      kind: 'mismatch',
      server: '9.9.9',
      page: '0.1.0'
    });
  });

  it('shows the sentence of any other failure', async () => {
    client.fails = new RequestError('The store is away.', 503, 'unreachable');
    await model.open(PROJECT.root);
    expect(model.state).toEqual({
      kind: 'failed',
      message: 'The store is away.'
    });
  });

  it('keeps the answer for the folder that was opened last', async () => {
    const first = model.open(PROJECT.root);
    const second = model.open('elsewhere');
    await Promise.all([first, second]);
    expect(model.state.kind).toBe('none');
  });

  it('takes the project of a document where the folder has none', async () => {
    await model.open('elsewhere');
    await model.suggest(`${PROJECT.root}/train.ipynb`);
    expect(model.project).toEqual(PROJECT);
    expect(model.folder).toBe('elsewhere');
  });

  it('does not leave the folder’s project for that of a document', async () => {
    await model.open(PROJECT.root);
    const { length } = client.calls;
    await model.suggest('elsewhere/other.ipynb');
    expect(client.calls.length).toBe(length);
  });

  it('asks only once for a document outside of projects', async () => {
    await model.open('elsewhere');
    await model.suggest('elsewhere/a.ipynb');
    const { length } = client.calls;
    await model.suggest('elsewhere/a.ipynb');
    expect(client.calls.length).toBe(length);
  });

  it('makes the folder a project', async () => {
    await model.open('elsewhere');
    const told: unknown[] = [];
    model.projectChanged.connect((_, project) => told.push(project));
    await model.initialise();
    expect(client.calls).toContain('initialise elsewhere');
    expect(told).toEqual([PROJECT]);
  });

  it('asks again when the line to the server is open again', async () => {
    client.fails = new RequestError('away', 0, '');
    await model.open(PROJECT.root);
    client.fails = null;
    events.connected.emit();
    await settled();
    expect(model.project).toEqual(PROJECT);
  });

  it('is quiet after it was disposed', async () => {
    await model.open(PROJECT.root);
    model.dispose();
    const { length } = client.calls;
    events.connected.emit();
    await settled();
    expect(client.calls.length).toBe(length);
  });
});

import { JobModel } from '../src/models/job';
import { JobsModel } from '../src/models/jobs';
import type { ProjectModel } from '../src/models/project';
import { RunFormModel } from '../src/models/runform';
import type { IJob } from '../src/schema';
import { FakeClient, FakeEvents, openProject, settled } from './fakes';
import { job, PROJECT } from './values';

let client: FakeClient;
let events: FakeEvents;
let project: ProjectModel;
let jobs: JobsModel;

beforeEach(async () => {
  client = new FakeClient();
  client.jobList = [job(2, 'Running'), job(1, 'Succeeded')];
  events = new FakeEvents();
  project = await openProject(client, events);
  jobs = new JobsModel({ client, events, project });
  await jobs.refresh();
});

describe('JobsModel', () => {
  it('knows which jobs live', () => {
    expect(jobs.live.map(({ job }) => job)).toEqual([2]);
  });

  it('reads a job again when its state changed, and tells of its end', async () => {
    const ended: IJob[] = [];
    jobs.ended.connect((_, job) => ended.push(job));
    client.jobList = [job(2, 'Failed'), job(1, 'Succeeded')];
    events.tellJob({ job: 2, state: 'Failed' });
    await settled();
    expect(jobs.jobs[0].state).toBe('Failed');
    expect(ended.map(({ job }) => job)).toEqual([2]);
  });

  it('takes progress from the event without a request', () => {
    const { length } = client.calls;
    events.tellJob({ job: 2, action: 'progress', cell: 3, cells: 9 });
    expect(jobs.jobs[0].progress).toEqual({ cell: 3, cells: 9, elapsed: 0 });
    expect(client.calls.length).toBe(length);
  });

  it('takes in a job that another process started', async () => {
    client.jobList = [job(3, 'Queued'), ...client.jobList];
    events.tellJob({ job: 3, state: 'Queued' });
    await settled();
    expect(jobs.jobs.map(({ job }) => job)).toEqual([3, 2, 1]);
  });

  it('shows that a job was asked to stop', async () => {
    await jobs.stop(2, false);
    expect(jobs.jobs[0].state).toBe('StopRequested');
  });
});

describe('JobModel', () => {
  it('appends what the log has more, from where it was', async () => {
    client.logText = 'one\n';
    const options = { client, events, path: PROJECT.root, number: 2 };
    const model = new JobModel(options);
    await model.refresh();
    client.logText = 'one\ntwo\n';
    events.tellJob({ job: 2, action: 'log', next: 8 });
    await settled();
    expect(model.log).toBe('one\ntwo\n');
    expect(client.calls).toContain('log from 4');
    model.dispose();
  });

  it('leaves events of other jobs alone', async () => {
    const options = { client, events, path: PROJECT.root, number: 2 };
    const model = new JobModel(options);
    const { length } = client.calls;
    events.tellJob({ job: 1, action: 'log', next: 8 });
    await settled();
    expect(client.calls.length).toBe(length);
    model.dispose();
  });
});

describe('RunFormModel', () => {
  let form: RunFormModel;

  beforeEach(async () => {
    client.declared = [
      { name: 'alpha', type: 'float', default: '0.1', help: '' },
      { name: 'epochs', type: 'int', default: '10', help: '' }
    ];
    form = new RunFormModel({ client, project, jobs });
    form.document = `${PROJECT.root}/train.ipynb`;
    await settled();
  });

  it('offers the open document with its parameters', () => {
    expect(form.file).toBe('train.ipynb');
    expect(form.parameters.map(({ name }) => name)).toEqual([
      'alpha',
      'epochs'
    ]);
    expect(form.tier).toBe('medium');
  });

  it('asks for no parameters of a script', async () => {
    form.document = `${PROJECT.root}/clean.py`;
    const { length } = client.calls;
    await settled();
    expect(client.calls.slice(length)).not.toContain('parameters');
    expect(form.parameters).toEqual([]);
  });

  it('offers nothing for a document outside of the project', () => {
    form.document = 'elsewhere/train.ipynb';
    expect(form.file).toBeNull();
  });

  it('sends only what differs from the defaults, in the right types', async () => {
    form.type(client.declared[0], '0.3');
    form.type(client.declared[1], '10');
    form.environment = [
      { name: 'SEED', value: '7' },
      { name: ' ', value: 'dropped' }
    ];
    await form.submit();
    expect(client.submitted).toEqual({
      path: PROJECT.root,
      target: { file: 'train.ipynb' },
      parameters: { alpha: 0.3 },
      environment: { SEED: '7' },
      tier: 'medium'
    });
    expect(jobs.jobs.length).toBe(3);
  });

  it('names values of the wrong type and sends nothing', async () => {
    form.type(client.declared[1], 'many');
    expect(await form.submit()).toBeNull();
    expect([...form.invalid]).toEqual(['epochs']);
    expect(client.submitted).toBeNull();
  });

  it('forgets what was typed for another notebook', async () => {
    form.type(client.declared[0], '0.3');
    form.document = `${PROJECT.root}/other.ipynb`;
    await settled();
    expect(form.text(client.declared[0])).toBe('0.1');
  });
});

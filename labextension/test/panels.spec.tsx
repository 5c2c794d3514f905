import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import React from 'react';

import { ChangesModel } from '../src/models/changes';
import { HistoryModel } from '../src/models/history';
import { JobModel } from '../src/models/job';
import { JobsModel } from '../src/models/jobs';
import { ProjectModel } from '../src/models/project';
import { RevisionModel } from '../src/models/revision';
import { RunFormModel } from '../src/models/runform';
import type { IFilesActions, IJobsActions } from '../src/panels/actions';
import { ChangesView } from '../src/panels/changes';
import { HistoryView } from '../src/panels/history';
import { JobView } from '../src/panels/job';
import { JobList } from '../src/panels/jobs';
import { ProjectView } from '../src/panels/project';
import { RevertPlan } from '../src/panels/revert';
import { RunForm } from '../src/panels/runform';
import { FakeClient, FakeEvents, openProject, settled } from './fakes';
import { change, job, PROJECT, revision, status } from './values';

const trans = nullTranslator.load('jupyter_domino');

let client: FakeClient;
let events: FakeEvents;
let project: ProjectModel;
let asked: unknown[][];
let filesActions: IFilesActions;
let jobsActions: IJobsActions;

beforeEach(async () => {
  client = new FakeClient();
  events = new FakeEvents();
  project = await openProject(client, events);
  asked = [];
  const note =
    (name: string) =>
    (...args: unknown[]) =>
      void asked.push([name, ...args]);
  filesActions = {
    sync: note('sync'),
    openInFolder: note('openInFolder'),
    openFrom: note('openFrom'),
    openDiff: note('openDiff'),
    revert: note('revert'),
    openJob: note('openJob')
  };
  jobsActions = {
    run: note('run'),
    openJob: note('openJob'),
    openFrom: note('openFrom'),
    showRevision: note('showRevision'),
    stop: note('stop')
  };
});

describe('ProjectView', () => {
  const show = (model: ProjectModel) => {
    const changes = new ChangesModel({ client, events, project: model });
    render(
      <ProjectView
        project={model}
        changes={changes}
        trans={trans}
        onInitialise={() => asked.push(['initialise'])}
      />
    );
    return changes;
  };

  it('offers to make the folder a project', async () => {
    await project.open('elsewhere');
    show(project);
    fireEvent.click(screen.getByRole('button'));
    expect(asked).toEqual([['initialise']]);
  });

  it('says how far the folder is behind, and what git holds', async () => {
    client.statusNow = status([], {
      incoming_total: 2,
      git: { head: 'abcdef123456', branch: 'main', dirty: true }
    });
    const changes = show(project);
    await act(() => changes.refresh());
    expect(screen.getByText('behind: sync brings 2 files')).toBeTruthy();
    expect(screen.getByText('uncommitted changes')).toBeTruthy();
    expect(screen.getByText('abcdef12')).toBeTruthy();
  });
});

describe('ChangesView', () => {
  let model: ChangesModel;

  beforeEach(async () => {
    client.statusNow = status([
      change('data/a.csv', 'changed'),
      change('notes.md', 'added')
    ]);
    model = new ChangesModel({ client, events, project });
    await model.refresh();
    render(<ChangesView model={model} actions={filesActions} trans={trans} />);
  });

  it('lists the changes, each with its word', () => {
    const rows = screen.getAllByRole('listitem');
    expect(rows.map(row => row.textContent)).toEqual([
      'a.csvdatachangedM',
      'notes.mdaddedA'
    ]);
  });

  it('opens the diff of a changed file and the file of a new one', () => {
    fireEvent.click(screen.getByTitle('data/a.csv'));
    fireEvent.click(screen.getByTitle('notes.md'));
    expect(asked).toEqual([
      ['openDiff', 'data/a.csv'],
      ['openInFolder', 'notes.md']
    ]);
  });

  it('offers no revert of a file that no revision has', () => {
    const buttons = screen.getAllByRole('button', { name: /^Revert/ });
    expect(buttons.length).toBe(1);
  });

  it('syncs by Ctrl+Enter', () => {
    const message = screen.getByRole('textbox');
    fireEvent.change(message, { target: { value: 'first' } });
    fireEvent.keyDown(message, { key: 'Enter', ctrlKey: true });
    expect(model.message).toBe('first');
    expect(asked).toEqual([['sync']]);
  });

  it('has only the rows in sight of very many in the document', async () => {
    const many = Array.from({ length: 10_000 }, (_, i) =>
      change(`f${i}`, 'added')
    );
    client.statusNow = status(many);
    await act(() => model.refresh());
    expect(screen.getAllByRole('listitem').length).toBeLessThan(50);
    expect(screen.getByText('10000 changed files')).toBeTruthy();
  });
});

describe('HistoryView', () => {
  it('opens a revision, and reverts what is marked in it', async () => {
    const model = new HistoryModel({ client, events, project });
    await model.refresh();
    render(
      <HistoryView
        model={model}
        openRevision={opened => new RevisionModel(client, PROJECT, opened)}
        actions={filesActions}
        trans={trans}
      />
    );
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: /message 2/ }));
      await settled();
    });
    const list = screen.getByRole('list', { name: 'Differing files' });
    fireEvent.click(within(list).getByLabelText('Mark data/a.csv'));
    fireEvent.click(screen.getByRole('button', { name: 'Revert 1 file…' }));
    fireEvent.click(screen.getByTitle('b.txt'));
    expect(asked).toEqual([
      ['revert', revision(2).id, ['data/a.csv']],
      ['openDiff', 'b.txt', revision(1).id, revision(2).id]
    ]);
  });
});

describe('RevertPlan', () => {
  it('names the edits that a revert would overwrite, each once', () => {
    const plan = {
      source: revision(1).id,
      revision: null,
      number: null,
      changes: [change('a', 'changed'), change('b', 'changed')],
      changes_total: 2,
      overwritten: ['a'],
      saved_as: null,
      dry_run: true
    };
    render(<RevertPlan plan={plan} unsaved={['a', 'b']} trans={trans} />);
    expect(screen.getByText('2 files will be written:')).toBeTruthy();
    const edited = screen.getByText(/edits that no revision holds/);
    expect(edited.textContent).toContain('2 of them');
  });
});

describe('jobs', () => {
  let jobs: JobsModel;

  beforeEach(async () => {
    const progress = { cell: 4, cells: 9, elapsed: 1 };
    client.jobList = [job(2, 'Running', { progress }), job(1, 'Failed')];
    jobs = new JobsModel({ client, events, project });
    await jobs.refresh();
  });

  it('shows state, progress and stop of a running job', () => {
    const list = <JobList model={jobs} actions={jobsActions} trans={trans} />;
    const { unmount } = render(list);
    expect(screen.getByText('Running')).toBeTruthy();
    expect(screen.getByText('cell 4 of 9')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Stop job 2' }));
    expect(asked).toEqual([['stop', 2, false]]);
    unmount();
  });

  it('runs the form, and says what is wrong in it', async () => {
    client.declared = [
      { name: 'epochs', type: 'int', default: '10', help: '' }
    ];
    const form = new RunFormModel({ client, project, jobs });
    const history = new HistoryModel({ client, events, project });
    form.document = `${PROJECT.root}/train.ipynb`;
    form.isOpen = true;
    await settled();
    render(
      <RunForm
        model={form}
        history={history}
        actions={jobsActions}
        trans={trans}
      />
    );
    fireEvent.change(screen.getByLabelText(/epochs/), {
      target: { value: 'many' }
    });
    fireEvent.submit(screen.getByRole('form'));
    expect(asked).toEqual([['run']]);
    await act(async () => void (await form.submit()));
    expect(screen.getByRole('alert').textContent).toContain('“many”');
  });

  it('shows failure, results and log of a job, and opens its notebook', async () => {
    client.logText = 'epoch 1\n';
    client.jobList = [
      job(1, 'Failed', {
        reason: 'Cell 4 raised ValueError.',
        failure: {
          cell: 4,
          name: 'ValueError',
          message: 'no',
          traceback: 'tb'
        },
        results: ['plot.png'],
        notebook: 'results/job-1/train.ipynb',
        seconds: 12
      })
    ];
    const model = new JobModel({
      client,
      events,
      path: PROJECT.root,
      number: 1
    });
    await model.refresh();
    const nameOf = () => 'r1';
    render(
      <JobView
        model={model}
        actions={jobsActions}
        nameOf={nameOf}
        trans={trans}
      />
    );
    expect(screen.getByRole('alert').textContent).toContain('Cell 4');
    expect(screen.getByText(/epoch 1/)).toBeTruthy();
    fireEvent.click(screen.getByTitle('plot.png'));
    fireEvent.click(
      screen.getByRole('button', { name: 'Open executed notebook' })
    );
    fireEvent.click(screen.getByRole('button', { name: 'r1' }));
    expect(asked).toEqual([
      ['openFrom', { job: 1 }, 'plot.png'],
      ['openFrom', { job: 1 }, 'results/job-1/train.ipynb'],
      ['showRevision', revision(1).id]
    ]);
  });
});

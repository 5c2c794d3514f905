import { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import {
  PanelWithToolbar,
  ReactWidget,
  refreshIcon,
  SidePanel,
  ToolbarButton
} from '@jupyterlab/ui-components';
import { AccordionPanel } from '@lumino/widgets';
import React from 'react';

import type { ProjectModel } from '../models/project';
import type { RevisionModel } from '../models/revision';
import type { IRevision } from '../schema';
import type { IDominoFiles, IDominoJobs } from '../tokens';
import type { IFilesActions, IJobsActions } from './actions';
import { ChangesView } from './changes';
import { HistoryView } from './history';
import { dominoIcon } from './icons';
import { JobList } from './jobs';
import { ProjectView } from './project';
import { RunForm } from './runform';

/** The sections of the panel, in their order. */
export type Section = 'files' | 'jobs';

/** The panel in the left side bar: the project, its files and its jobs. */
export class DominoPanel extends SidePanel {
  constructor(options: DominoPanel.IOptions) {
    super({ translator: options.translator });
    this._options = options;
    this._trans = options.translator.load('jupyter_domino');
    this.id = 'jupyter-domino-panel';
    this.addClass('jp-domino-panel');
    this.title.icon = dominoIcon;
    this.title.caption = this._trans.__('Domino');
    this._addHeader();
    this._addFiles();
    this._addJobs();
    options.project.changed.connect(this._showSections, this);
    this._showSections();
  }

  /** Open one of the sections, and let it be seen. */
  expand(section: Section): void {
    if (this.content instanceof AccordionPanel) {
      this.content.expand(section === 'files' ? 0 : 1);
    }
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._options.project.changed.disconnect(this._showSections, this);
    super.dispose();
  }

  private _addHeader(): void {
    const { project, files, onInitialise } = this._options;
    this.header.addWidget(
      ReactWidget.create(
        <ProjectView
          project={project}
          changes={files.changes}
          trans={this._trans}
          onInitialise={onInitialise}
        />
      )
    );
  }

  private _addFiles(): void {
    const { files, filesActions, openRevision, onRefresh } = this._options;
    const section = this._section(this._trans.__('Files'));
    section.toolbar.addItem(
      'refresh',
      new ToolbarButton({
        icon: refreshIcon,
        tooltip: this._trans.__('Look for changes'),
        onClick: onRefresh
      })
    );
    this._fill(
      section,
      <>
        <ChangesView
          model={files.changes}
          actions={filesActions}
          trans={this._trans}
        />
        <HistoryView
          model={files.history}
          openRevision={openRevision}
          actions={filesActions}
          trans={this._trans}
        />
      </>
    );
  }

  private _addJobs(): void {
    const { files, jobs, jobsActions } = this._options;
    this._fill(
      this._section(this._trans.__('Jobs')),
      <>
        <RunForm
          model={jobs.form}
          history={files.history}
          actions={jobsActions}
          trans={this._trans}
        />
        <JobList model={jobs.jobs} actions={jobsActions} trans={this._trans} />
      </>
    );
  }

  private _section(label: string): PanelWithToolbar {
    const section = new PanelWithToolbar();
    section.addClass('jp-domino-section');
    section.title.label = label;
    return section;
  }

  private _fill(section: PanelWithToolbar, content: JSX.Element): void {
    const body = ReactWidget.create(content);
    body.addClass('jp-domino-section-body');
    section.addWidget(body);
    this.addWidget(section);
  }

  /** Without a project there is nothing to show in the sections. */
  private _showSections(): void {
    this.content.setHidden(this._options.project.project === null);
  }

  protected readonly _trans: TranslationBundle;
  private readonly _options: DominoPanel.IOptions;
}

export namespace DominoPanel {
  export interface IOptions {
    project: ProjectModel;
    files: IDominoFiles;
    jobs: IDominoJobs;
    filesActions: IFilesActions;
    jobsActions: IJobsActions;
    openRevision: (revision: IRevision) => RevisionModel;
    onInitialise: () => void;
    onRefresh: () => void;
    translator: ITranslator;
  }
}

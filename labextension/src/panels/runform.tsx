import type { TranslationBundle } from '@jupyterlab/translation';
import { addIcon, closeIcon, UseSignal } from '@jupyterlab/ui-components';
import React from 'react';

import type { HistoryModel } from '../models/history';
import { kindOf } from '../models/parameters';
import type { RunFormModel } from '../models/runform';
import type { IParameter } from '../schema';
import type { IJobsActions } from './actions';
import { IconButton } from './filelist';
import { formatMemory, revisionName } from './words';

export interface IRunFormProps {
  model: RunFormModel;
  history: HistoryModel;
  actions: IJobsActions;
  trans: TranslationBundle;
}

/** Runs the open notebook or script as a job. */
export function RunForm(props: IRunFormProps): JSX.Element {
  const { model, trans } = props;
  return (
    <UseSignal signal={model.changed}>
      {() => {
        const { file } = model;
        if (file === null) {
          return (
            <p className="jp-domino-muted">
              {trans.__(
                'Open a notebook or a script of the project to run it as a job.'
              )}
            </p>
          );
        }
        return (
          <details
            className="jp-domino-run"
            open={model.isOpen}
            onToggle={event => {
              model.isOpen = event.currentTarget.open;
            }}
          >
            <summary title={file}>
              {trans.__('Run')} <strong>{file}</strong>
            </summary>
            <Form {...props} file={file} />
          </details>
        );
      }}
    </UseSignal>
  );
}

function Form(props: IRunFormProps & { file: string }): JSX.Element {
  const { model, actions, trans } = props;
  return (
    <form
      aria-label={trans.__('Run as job')}
      onSubmit={event => {
        event.preventDefault();
        actions.run();
      }}
    >
      {model.parameters.map(parameter => (
        <ParameterField
          key={parameter.name}
          model={model}
          parameter={parameter}
          trans={trans}
        />
      ))}
      <TierField {...props} />
      <details>
        <summary>{trans.__('More options')}</summary>
        <TitleField {...props} />
        <RevisionField {...props} />
        <Environment {...props} />
      </details>
      {model.error && (
        <p className="jp-domino-error" role="alert">
          {model.error}
        </p>
      )}
      <button
        type="submit"
        className="jp-mod-styled jp-mod-accept jp-domino-button"
        disabled={model.isSubmitting}
      >
        {model.isSubmitting ? trans.__('Starting…') : trans.__('Run as job')}
      </button>
    </form>
  );
}

function ParameterField(props: {
  model: RunFormModel;
  parameter: IParameter;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, parameter, trans } = props;
  const text = model.text(parameter);
  const isInvalid = model.invalid.has(parameter.name);
  const change = (value: string) => model.type(parameter, value);
  const type = parameter.type ?? '';
  return (
    <label className="jp-domino-field" title={parameter.help || undefined}>
      <span className="jp-domino-field-label">
        {parameter.name} <span className="jp-domino-muted">{type}</span>
      </span>
      {kindOf(parameter) === 'bool' ? (
        <input
          type="checkbox"
          checked={text === 'true'}
          onChange={event => change(`${event.target.checked}`)}
        />
      ) : (
        <input
          className="jp-mod-styled"
          type="text"
          spellCheck={false}
          value={text}
          aria-invalid={isInvalid}
          onChange={event => change(event.target.value)}
        />
      )}
      {isInvalid && (
        <span className="jp-domino-error" role="alert">
          {trans.__('“%1” is not of type %2.', text, type)}
        </span>
      )}
    </label>
  );
}

function TierField(props: IRunFormProps): JSX.Element | null {
  const { model, trans } = props;
  if (!model.tiers) {
    return null;
  }
  return (
    <label className="jp-domino-field">
      <span className="jp-domino-field-label">{trans.__('Tier')}</span>
      <select
        className="jp-mod-styled"
        value={model.tier}
        onChange={event => {
          model.tier = event.target.value;
        }}
      >
        {model.tiers.tiers.map(({ id, cores, memory }) => (
          <option key={id} value={id}>
            {trans._n(
              '%2 (%1 core, %3)',
              '%2 (%1 cores, %3)',
              cores,
              id,
              formatMemory(memory)
            )}
          </option>
        ))}
      </select>
    </label>
  );
}

function TitleField(props: IRunFormProps & { file: string }): JSX.Element {
  const { model, trans, file } = props;
  return (
    <label className="jp-domino-field">
      <span className="jp-domino-field-label">{trans.__('Title')}</span>
      <input
        className="jp-mod-styled"
        type="text"
        placeholder={file}
        value={model.title}
        onChange={event => {
          model.title = event.target.value;
        }}
      />
    </label>
  );
}

function RevisionField(props: IRunFormProps): JSX.Element {
  const { model, history, trans } = props;
  return (
    <label className="jp-domino-field">
      <span className="jp-domino-field-label">{trans.__('Revision')}</span>
      <UseSignal signal={history.changed}>
        {() => (
          <select
            className="jp-mod-styled"
            value={model.revision}
            onChange={event => {
              model.revision = event.target.value;
            }}
          >
            <option value="">{trans.__('Sync first')}</option>
            {history.revisions.map(revision => (
              <option key={revision.id} value={revision.id}>
                {revisionName(revision)} {revision.message}
              </option>
            ))}
          </select>
        )}
      </UseSignal>
    </label>
  );
}

function Environment(props: IRunFormProps): JSX.Element {
  const { model, trans } = props;
  const { environment } = model;
  const replace = (index: number, name: string, value: string) => {
    model.environment = environment.map((row, at) =>
      at === index ? { name, value } : row
    );
  };
  return (
    <fieldset className="jp-domino-environment">
      <legend className="jp-domino-field-label">
        {trans.__('Environment variables')}
      </legend>
      {environment.map(({ name, value }, index) => (
        <div className="jp-domino-variable" key={index}>
          <input
            className="jp-mod-styled"
            type="text"
            spellCheck={false}
            aria-label={trans.__('Name of variable %1', index + 1)}
            placeholder={trans.__('NAME')}
            value={name}
            onChange={event => replace(index, event.target.value, value)}
          />
          <input
            className="jp-mod-styled"
            type="text"
            spellCheck={false}
            aria-label={trans.__('Value of variable %1', index + 1)}
            placeholder={trans.__('value')}
            value={value}
            onChange={event => replace(index, name, event.target.value)}
          />
          <IconButton
            icon={closeIcon}
            label={trans.__('Remove variable %1', index + 1)}
            onClick={() => {
              model.environment = environment.filter((_, at) => at !== index);
            }}
          />
        </div>
      ))}
      <IconButton
        icon={addIcon}
        label={trans.__('Add a variable')}
        onClick={() => {
          model.environment = [...environment, { name: '', value: '' }];
        }}
      />
    </fieldset>
  );
}

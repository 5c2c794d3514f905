import type { IParameter } from '../schema';

/** How a parameter is asked for and read. */
export type ParameterKind = 'bool' | 'int' | 'float' | 'str' | 'json';

/** A value as it was typed cannot be of its parameter's type. */
export class ParameterError extends Error {}

/** The kind of a declared type such as `int`, `Optional[float]` or `List[str]`. */
export function kindOf(parameter: IParameter): ParameterKind {
  const type = parameter.type.replace(/^Optional\[(.*)\]$/, '$1').toLowerCase();
  switch (type) {
    case 'bool':
    case 'int':
    case 'float':
    case 'str':
      return type;
    default:
      return typeof parameter.default === 'boolean' ? 'bool' : 'json';
  }
}

/** The default as the field shows it. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) {
    return '';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The typed text as the value to send; throws `ParameterError`. */
export function parseValue(parameter: IParameter, text: string): unknown {
  switch (kindOf(parameter)) {
    case 'bool':
      return text === 'true';
    case 'int':
      return parseNumber(parameter, text, /^[-+]?\d+$/);
    case 'float':
      return parseNumber(
        parameter,
        text,
        /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i
      );
    case 'str':
      return text;
    case 'json':
      return parseJson(text);
  }
}

function parseNumber(
  parameter: IParameter,
  text: string,
  form: RegExp
): number {
  const trimmed = text.trim();
  if (!form.test(trimmed)) {
    throw new ParameterError(parameter.name);
  }
  return Number(trimmed);
}

/** JSON where it is JSON, and otherwise the text itself. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

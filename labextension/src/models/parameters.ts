import type { IParameter } from '../schema';

/** How a parameter is asked for and read. */
export type ParameterKind = 'bool' | 'int' | 'float' | 'str' | 'json';

/** A value as it was typed cannot be of its parameter's type. */
export class ParameterError extends Error {}

/** The kind of a type such as `int`, `Optional[float]` or `List[str]`. */
export function kindOf(parameter: IParameter): ParameterKind {
  const type = (parameter.type ?? '').replace(/^Optional\[(.*)\]$/, '$1');
  switch (type) {
    case 'bool':
    case 'int':
    case 'float':
    case 'str':
      return type;
    default:
      return 'json';
  }
}

/** The default, which is Python source, as the field shows it. */
export function defaultText(parameter: IParameter): string {
  const source = parameter.default.trim();
  switch (kindOf(parameter)) {
    case 'bool':
      return source.toLowerCase();
    case 'str':
      return unquoted(source);
    default:
      return source;
  }
}

/** What stands between the quotes of a plain literal; other source as it is. */
function unquoted(source: string): string {
  const literal = /^(['"])([^'"\\]*)\1$/.exec(source);
  return literal ? literal[2] : source;
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

const CONSTANTS = new Map<string, unknown>([
  ['True', true],
  ['False', false],
  ['None', null]
]);

/** JSON or a constant of Python where it is one, and otherwise the text itself. */
function parseJson(text: string): unknown {
  const trimmed = text.trim();
  if (CONSTANTS.has(trimmed)) {
    return CONSTANTS.get(trimmed);
  }
  try {
    return JSON.parse(trimmed);
  } catch {
    return text;
  }
}

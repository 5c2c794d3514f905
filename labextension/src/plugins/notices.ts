import { Notification } from '@jupyterlab/apputils';

/** How long a notice is seen, in milliseconds; without a time it is not seen at all. */
const SHOWN = 6000;

/** Tell, beside the page's content, what was done or need not be done. */
export function notice(
  message: string,
  type: 'success' | 'info' | 'warning',
  actions: Notification.IAction[] = []
): void {
  // what needs to be looked at stays until the user closes it
  const autoClose = type === 'warning' ? false : SHOWN;
  Notification.emit(message, type, { autoClose, actions });
}

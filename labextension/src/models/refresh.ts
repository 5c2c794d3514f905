/**
 * Reads something anew, one reading at a time: what is asked for during a
 * reading makes one more after it, however often it was asked.
 */
export class Refresh {
  /** @param _read - shows its own failures and never rejects. */
  constructor(private readonly _read: () => Promise<void>) {}

  /** Resolves when a reading that began after this call has ended. */
  ask(): Promise<void> {
    this._next ??= this._current.then(() => {
      this._next = null;
      this._current = this._read();
      return this._current;
    });
    return this._next;
  }

  private _current: Promise<void> = Promise.resolve();
  private _next: Promise<void> | null = null;
}

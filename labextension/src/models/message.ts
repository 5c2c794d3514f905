/** The sentence to show for whatever was thrown. */
export function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : `${reason}`;
}

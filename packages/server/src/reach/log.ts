/** Where reach says what happens: constant texts, the values beside them, never a secret. */
export interface ReachLog {
  info(values: Record<string, unknown>, text: string): void
  warn(values: Record<string, unknown>, text: string): void
}

/** Every node falls into one of so many slots; each slot has one worker. Design, "Scaled out". */
export const slotCount = 1_024

/** Rounds by slot. Nothing is kept: the next period brings the next one. */
export interface Slots {
  /** To whoever takes the slot now. Nobody takes it, or nobody within `expireMs`: dropped. */
  publishSlot(slot: number, message: unknown, options: { epoch: number; expireMs: number }): void
  /** Hears the slots that the taker has taken; none at first. Two takers of one slot hear both: the epoch says who is late. */
  consumeSlots(work: (given: SlotMessage) => void): Promise<SlotTaker>
}

/** What a taker is given. */
export interface SlotMessage {
  slot: number
  /** Of the assignment under which it was published. */
  epoch: number
  message: unknown
}

/** One worker's hold on its slots. */
export interface SlotTaker {
  /**
   * From now on exactly these. Resolves when they are known to whoever passes the messages on; at once while a broker is away,
   * which is told when it is back.
   */
  take(slots: readonly number[]): Promise<void>
  stop(): Promise<void>
}

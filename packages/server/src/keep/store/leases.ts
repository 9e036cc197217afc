/** The right to go on with something, until an instant of the store's clock. */
export interface Lease {
  name: string
  holder: string
  /** Grows with every new holder; writes of an older fence are refused. */
  fence: number
  until: number
}

/** One holder per name at a time. Times are the store's own clock, epoch ms. */
export interface Leases {
  /** The lease, where nobody else holds it now; undefined otherwise. Taking one's own again renews it with the same fence. */
  take(claim: { name: string; holder: string; lengthMs: number }): Promise<Lease | undefined>
  /** Whether it was still held, with this fence. */
  renew(lease: Lease, lengthMs: number): Promise<boolean>
  release(lease: Lease): Promise<void>
  /** Ends all leases at once: the process that has taken the data folder's lock knows that its predecessor is gone. */
  endAll(): Promise<void>
}

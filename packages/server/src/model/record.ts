/** What every stored noun has. `version` grows by one with each change. */
export interface Stored {
  id: number
  version: number
  createdAt: number
  updatedAt: number
}

/** A secret in its envelope (keep/secrets): text that only the server's key opens. It is never answered by any face. */
export type Sealed = string & { readonly sealed: unique symbol }

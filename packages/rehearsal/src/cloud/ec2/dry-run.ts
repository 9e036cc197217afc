import type { Call } from '../region.ts'
import { ApiError } from '../wire/api-error.ts'

/** Throws DryRunOperation when the call only wants to know whether it would do. Stands just before the deed. */
export function refuseDryRun({ form }: Call): void {
  if (form.flag('DryRun')) {
    throw new ApiError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.')
  }
}

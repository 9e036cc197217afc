import type { SeriesId } from '../../../model/sample.ts'
import type { Latest, Recent } from '../recent.ts'

/** Latest values in this process; as many as there are series that nobody has told it to forget. */
export function embeddedRecent(): Recent {
  const bySeries = new Map<SeriesId, Latest>()
  return {
    put(entries) {
      for (const { series, latest } of entries) bySeries.set(series, latest)
    },
    async find(series) {
      return bySeries.get(series)
    },
    async findMany(series) {
      const found = new Map<SeriesId, Latest>()
      for (const one of series) {
        const latest = bySeries.get(one)
        if (latest) found.set(one, latest)
      }
      return found
    },
    async forget(series) {
      for (const one of series) bySeries.delete(one)
    },
    trouble: () => null,
    async close() {
      bySeries.clear()
    },
  }
}

import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { fixedSearch, type Range, readRange, shortestMs } from '../reckon/range.ts'

/** The page's time range, from its address, and the ways to change it. */
export function useRange(): {
  range: Range
  /** Shows the last so long, live. */
  follow: (range: string) => void
  /** Shows a fixed span; one too short to have been meant is left out. */
  zoom: (from: number, to: number) => void
  /** The one way back from a zoom: to the live range that was there before. */
  reset: () => void
} {
  const search = useSearch({ strict: false })
  const navigate = useNavigate()
  const range = useMemo(() => readRange(search), [search])
  return {
    range,
    follow: (chosen) =>
      void navigate({ to: '.', search: (all) => ({ ...all, range: chosen, from: undefined, to: undefined }) }),
    zoom: (from, to) => {
      if (to - from < shortestMs) return
      void navigate({ to: '.', search: (all) => ({ ...all, ...fixedSearch(from, to) }), resetScroll: false })
    },
    reset: () =>
      void navigate({ to: '.', search: (all) => ({ ...all, from: undefined, to: undefined }), resetScroll: false }),
  }
}

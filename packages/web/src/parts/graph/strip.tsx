import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Tone } from '../../reckon/state.ts'
import { axisWidth, rightRoom } from './plot.ts'

/** Something that happened, along the bottom of a graph. */
export interface StripMark {
  key: string
  /** Epoch ms; `to` where it has a length. */
  from: number
  to?: number
  shape: '▲' | '△' | '✕' | '▬' | '↔'
  tone: Tone
  text: string
  /** The run that it belongs to. */
  run?: number | undefined
}

/** What happened, on one line below the plot and under its axis: each mark says its text on hover or focus and leads to its run. */
export function Strip({
  marks,
  span,
  name,
}: {
  marks: readonly StripMark[]
  span: { from: number; to: number }
  name: string
}) {
  const [shown, setShown] = useState<string | null>(null)
  const shareOf = (at: number) => (at - span.from) / (span.to - span.from)
  const inside = marks.filter(({ from, to = from }) => to >= span.from && from <= span.to)
  const mark = inside.find(({ key }) => key === shown)
  return (
    <div className="strip" style={{ marginLeft: axisWidth, marginRight: rightRoom }}>
      <ul aria-label={name}>
        {inside.map((one, index) => {
          const begin = Math.max(0, shareOf(one.from))
          const width = one.to === undefined ? undefined : `${(Math.min(1, shareOf(one.to)) - begin) * 100}%`
          const common = {
            className: one.to === undefined ? 'strip-mark' : 'strip-bar',
            style: { left: `${begin * 100}%`, width },
            'data-tone': one.tone,
            'aria-label': one.text,
            // One stop for the Tab key; the arrows go from mark to mark.
            tabIndex: index === 0 ? 0 : -1,
            onKeyDown: stepAlong,
            onMouseEnter: () => setShown(one.key),
            onMouseLeave: () => setShown(null),
            onFocus: () => setShown(one.key),
            onBlur: () => setShown(null),
          }
          const text = one.to === undefined ? one.shape : ''
          return (
            <li key={one.key}>
              {one.run === undefined ? (
                <button type="button" {...common}>
                  {text}
                </button>
              ) : (
                <Link to="/runs/$id" params={{ id: String(one.run) }} {...common}>
                  {text}
                </Link>
              )}
            </li>
          )
        })}
      </ul>
      {mark && (
        <div
          className="strip-text"
          data-side={shareOf(mark.from) > 0.5 ? 'left' : 'right'}
          style={
            shareOf(mark.from) > 0.5
              ? { right: `${(1 - shareOf(mark.from)) * 100}%` }
              : { left: `${Math.max(0, shareOf(mark.from)) * 100}%` }
          }
        >
          {mark.text}
        </div>
      )}
    </div>
  )
}

function stepAlong({ key, currentTarget }: React.KeyboardEvent<HTMLElement>): void {
  const item = currentTarget.closest('li')
  const next =
    key === 'ArrowRight' ? item?.nextElementSibling : key === 'ArrowLeft' ? item?.previousElementSibling : null
  const mark = next?.firstElementChild
  if (mark instanceof HTMLElement) mark.focus()
}

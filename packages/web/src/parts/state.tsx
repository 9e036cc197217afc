import { type Look, lookOf, type Shape } from '../reckon/state.ts'

/** The shapes, drawn in a box of 12 by 12. */
const shapes: Record<Shape, React.ReactNode> = {
  disc: <circle cx="6" cy="6" r="4" fill="currentColor" />,
  half: (
    <>
      <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M6 2a4 4 0 0 1 0 8z" fill="currentColor" />
    </>
  ),
  triangle: <path d="M6 1.8 10.8 10H1.2z" fill="currentColor" />,
  hollow: <path d="M6 2.6 10 9.4H2z" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinejoin="round" />,
  cross: <path d="m2.5 2.5 7 7m0-7-7 7" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />,
  check: <path d="m1.8 6.4 2.8 2.9 5.6-6.4" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />,
  bars: <path d="M2.5 2h2.4v8H2.5zm4.6 0h2.4v8H7.1z" fill="currentColor" />,
  ring: <circle cx="6" cy="6" r="3.6" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  question: (
    <path
      d="M3.6 4.2C3.7 2.7 4.7 2 6 2s2.4.8 2.4 2.1c0 1.7-2.3 1.8-2.3 3.4M6.1 9.2v1.1"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
    />
  ),
  undo: (
    <path
      d="M4.2 1.8 1.8 4.2l2.4 2.4M2 4.2h5a2.9 2.9 0 0 1 0 5.8H4"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
    />
  ),
}

/** A state's shape in its colour. It says nothing alone: a word stands beside it. */
export function Mark({ look, spin = false }: { look: Look; spin?: boolean }) {
  return (
    <svg className="mark" data-tone={look.tone} data-spin={spin || undefined} viewBox="0 0 12 12" aria-hidden="true">
      {shapes[look.shape]}
    </svg>
  )
}

/** A state in a shape and a word; `word` says more than the state's own. */
export function State({ of, state, word }: { of: Parameters<typeof lookOf>[0]; state: string; word?: string }) {
  const look = lookOf(of, state)
  return <Looks look={word === undefined ? look : { ...look, word }} spin={state === 'running'} />
}

/** A look in its shape and word. */
export function Looks({ look, spin = false }: { look: Look; spin?: boolean }) {
  return (
    <span className="state" data-tone={look.tone}>
      <Mark look={look} spin={spin} />
      {look.word}
    </span>
  )
}

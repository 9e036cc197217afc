import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMay } from '../../parts/me.ts'

/** Names of counters by the attribute and key of which they are, with a line's end in between. */
export type MadeCounters = ReadonlyMap<string, string>

interface MakeCounterProps {
  /** The counter that has been made of it already. */
  counter: string | undefined
  /** What it would be made of, for who does not see where the button stands. */
  of: string
  make: () => void
}

/** The counter of a number, or the button that makes one. */
export function MakeCounter({ counter, of, make }: MakeCounterProps) {
  const { may, whyNot } = useMay('admin')
  if (counter !== undefined)
    return (
      <Link className="link small" to="/control/$kind/$name" params={{ kind: 'counters', name: counter }}>
        <span className="name">{counter}</span>
      </Link>
    )
  return (
    <Button
      size="compact-xs"
      variant="default"
      className="quiet"
      disabled={!may}
      title={whyNot}
      aria-label={`Make a counter of ${of}`}
      onClick={make}
    >
      <span className="wide-only">Make a counter</span>
      <span className="phone-only">+</span>
    </Button>
  )
}

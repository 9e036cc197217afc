import { Button } from '@mantine/core'

interface MoveButtonsProps {
  name: string
  index: number
  count: number
  move: (by: -1 | 1) => void
  remove: () => void
}

/** Earlier, later, out: for one row of an ordered list. */
export function MoveButtons({ name, index, count, move, remove }: MoveButtonsProps) {
  const buttons = [
    { text: '↑', label: `Earlier: ${name}`, isOff: index === 0, press: () => move(-1) },
    { text: '↓', label: `Later: ${name}`, isOff: index === count - 1, press: () => move(1) },
    { text: '✕', label: `Take out ${name}`, isOff: false, press: remove },
  ]
  return (
    <span className="nowrap">
      {buttons.map(({ text, label, isOff, press }) => (
        <Button key={text} variant="subtle" size="compact-sm" disabled={isOff} aria-label={label} onClick={press}>
          {text}
        </Button>
      ))}
    </span>
  )
}

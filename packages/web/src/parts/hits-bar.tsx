/** More boxes than this can't be told apart; then each stands for several hits. */
const boxesMax = 10

/** Hits out of those needed, as boxes and in figures: `▮▮▮▯▯ 3 of 5`. */
export function HitsBar({ hits, needed }: { hits: number; needed: number }) {
  const boxes = Math.min(boxesMax, Math.max(1, needed))
  const full = hits === 0 ? 0 : Math.max(1, Math.floor((Math.min(hits, needed) / needed) * boxes))
  const tone = hits === 0 ? undefined : hits >= needed ? 'failing' : 'held'
  return (
    <span className="hits" data-tone={tone}>
      <svg viewBox={`0 0 ${boxes * 6} 12`} width={boxes * 6} height="12" aria-hidden="true">
        {Array.from({ length: boxes }, (_, index) => `box ${index}`).map((key, index) => (
          <rect
            key={key}
            className={index < full ? 'full' : 'free'}
            x={index * 6 + 0.5}
            y="1.5"
            width="4"
            height="9"
            rx="1"
          />
        ))}
      </svg>
      <span className="figure">
        {hits} of {needed}
      </span>
    </span>
  )
}

import { Link } from '@tanstack/react-router'
import { graphRow } from '../../reckon/graph-rows.ts'
import { isBreach } from '../../reckon/threshold.ts'
import { valueText } from '../../reckon/value.ts'
import { Clock } from '../now.tsx'
import { Looks } from '../state.tsx'
import { emptyColumns } from './columns.ts'
import type { Scene } from './plot.ts'
import type { StripMark } from './strip.tsx'

/** The newest happenings in words; more would be a log. */
const marksMax = 50

/** What scrolls must be reached by keys too: it may hold nothing else that takes the focus. */
export const scrolledByKeys = { tabIndex: 0 }

interface GraphTableProps {
  /** What the table is of. */
  label: string
  scene: Omit<Scene, 'focus'>
  marks: readonly StripMark[]
}

/** A graph in words and figures, for who does not see it or wants the numbers: a row a line, then what happened, newest first. */
export function GraphTable({ label, scene, marks }: GraphTableProps) {
  const { span } = scene
  const inside = marks.filter(({ from, to = from }) => to >= span.from && from <= span.to)
  const newest = inside.toSorted((a, b) => b.from - a.from).slice(0, marksMax)
  return (
    <section className="graph-table" aria-label={`${label}, as a table`} {...scrolledByKeys}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Line</th>
            {['Newest', 'Least', 'Mean', 'Most', 'Failures'].map((head) => (
              <th key={head} scope="col" className="number">
                {head}
              </th>
            ))}
            <th scope="col">Newest at</th>
          </tr>
        </thead>
        <tbody>
          {scene.lines.map((line) => (
            <LineRow key={line.id} line={line} scene={scene} />
          ))}
        </tbody>
      </table>
      {newest.length > 0 && (
        <ul className="plain small">
          {newest.map(({ key, text, run }) => (
            <li key={key}>
              {text}
              {run !== undefined && (
                <>
                  {' '}
                  <Link className="link" to="/runs/$id" params={{ id: String(run) }}>
                    open run {run}
                  </Link>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      {newest.length < inside.length && <p className="dim small">and {inside.length - newest.length} earlier</p>}
    </section>
  )
}

function LineRow({ line, scene }: { line: Scene['lines'][number]; scene: GraphTableProps['scene'] }) {
  const { columns, span, threshold, unit } = scene
  const { newest, least, mean, most, failures } = graphRow(columns.get(line.id) ?? emptyColumns(), span)
  const text = (value: number | null) => (value === null ? '–' : valueText(value, unit))
  const isBad = newest !== null && isBreach(newest.value, threshold)
  return (
    <tr>
      <th scope="row">{line.name}</th>
      <td className="number">
        {isBad ? (
          <Looks look={{ tone: 'failing', shape: 'triangle', word: `${text(newest.value)} in breach` }} />
        ) : (
          text(newest?.value ?? null)
        )}
      </td>
      <td className="number">{text(least)}</td>
      <td className="number">{text(mean)}</td>
      <td className="number">{text(most)}</td>
      <td className="number">{failures}</td>
      <td>
        <Clock at={newest?.at ?? null} />
      </td>
    </tr>
  )
}

/** The way from a graph to its table and back; `of` says which graph it is of. */
export function TableToggle({ of, isOn, change }: { of: string; isOn: boolean; change: (isOn: boolean) => void }) {
  return (
    <button
      type="button"
      className="table-toggle small"
      aria-pressed={isOn}
      aria-label={`as a table: ${of}`}
      onClick={() => change(!isOn)}
    >
      as a table
    </button>
  )
}

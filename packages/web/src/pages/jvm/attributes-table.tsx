import { Fragment, type ReactNode, useState } from 'react'
import type { MBean } from '../../../../server/src/wire/jvms.ts'
import { Looks } from '../../parts/state.tsx'
import { guessedUnit, type Place } from '../../reckon/counter-start.ts'
import { keyed } from '../../reckon/keyed.ts'
import {
  failureText,
  isCountable,
  listLine,
  roughText,
  type Shown,
  shownValue,
  typeText,
} from '../../reckon/mbean-value.ts'
import { type MadeCounters, MakeCounter } from './make-counter.tsx'

interface TableProps {
  mbean: MBean
  made: MadeCounters
  /** Told of which number a counter is wanted. */
  make: (place: Place) => void
}

/** What each attribute of an MBean holds; composites, tables and lists unfold into their parts. */
export function AttributesTable({ mbean, made, make }: TableProps) {
  const attributes = mbean.attributes.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return (
    <div className="table-scroll">
      <table className="table attributes" aria-label={`Attributes of ${mbean.name}`}>
        <thead>
          <tr>
            <th scope="col">Attribute</th>
            <th scope="col">Value</th>
            <th scope="col" className="number">
              Counter
            </th>
          </tr>
        </thead>
        <tbody>
          {attributes.map((attribute) => (
            <Attribute key={attribute.name} attribute={attribute} mbean={mbean.name} made={made} make={make} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

type AttributeOf = MBean['attributes'][number]

interface AttributeProps extends Omit<TableProps, 'mbean'> {
  attribute: AttributeOf
  mbean: string
}

function Attribute({ attribute, ...common }: AttributeProps) {
  const { name, type, description, readable, value, failure } = attribute
  const head = (
    <>
      <span title={description === name ? undefined : description}>
        <Words>{name}</Words>
      </span>{' '}
      <span className="dim small wide-only">{typeText(type)}</span>
    </>
  )
  if (failure)
    return (
      <Row head={head} depth={0}>
        <span className="unreadable">
          <Looks look={{ tone: 'failing', shape: 'cross', word: 'can’t be read' }} />{' '}
          <LongText text={failureText(failure.text, { mbean: common.mbean, attribute: name })} />
        </span>
      </Row>
    )
  if (!readable)
    return (
      <Row head={head} depth={0}>
        <span className="dim">can only be written</span>
      </Row>
    )
  return <Value {...common} head={head} attribute={name} path={[]} value={value} type={type} depth={0} />
}

interface ValueProps extends Omit<TableProps, 'mbean'> {
  head: ReactNode
  mbean: string
  attribute: string
  /** The keys that lead from the attribute to the value. */
  path: readonly string[]
  value: unknown
  /** Known of an attribute only. */
  type: string
  depth: number
}

/** So few parts are shown at once; more wait for a click. */
const unfoldedMax = 8

function Value(props: ValueProps) {
  const { head, path, value, type, depth } = props
  const shown = shownValue(value, type)
  const parts = partsOf(shown)
  const [isOpen, setOpen] = useState(() => depth === 0 && parts.length <= unfoldedMax)
  if (parts.length === 0)
    return (
      <Row head={head} depth={depth} counter={<CounterOf {...props} />}>
        <Plain {...props} shown={shown} />
      </Row>
    )
  return (
    <>
      <Row
        depth={depth}
        head={
          <button type="button" className="tree-fold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            <span>{head}</span>
          </button>
        }
      >
        <span className="dim">{shown.text}</span>
      </Row>
      {isOpen &&
        parts.map(([key, inner]) => (
          <Value
            {...props}
            key={key}
            head={<Words>{key}</Words>}
            path={[...path, key]}
            value={inner}
            type=""
            depth={depth + 1}
          />
        ))}
    </>
  )
}

/** What a value unfolds into; a list that fits on a line does not. */
function partsOf(shown: Shown): readonly (readonly [string, unknown])[] {
  if (shown.kind === 'keys') return shown.entries
  if (shown.kind !== 'list' || listLine(shown.items) !== undefined) return []
  return shown.items.map((item, index) => [String(index), item])
}

function CounterOf({ mbean, attribute, path, value, type, made, make }: ValueProps) {
  if (!isCountable(value, type)) return null
  const key = path.join('.')
  return (
    <MakeCounter
      counter={made.get(`${attribute}\n${key}`)}
      of={[attribute, ...path].join(' ')}
      make={() => make({ mbean, attribute, key })}
    />
  )
}

function Plain({ shown, attribute, path, value }: ValueProps & { shown: Shown }) {
  switch (shown.kind) {
    case 'number': {
      const rough = roughText(value, guessedUnit({ attribute, key: path.join('.') }))
      return (
        <span className="figure">
          {shown.text} {rough !== '' && <span className="dim small nowrap">{rough}</span>}
        </span>
      )
    }
    case 'list':
      return <span>{listLine(shown.items) || <span className="dim">{shown.text}</span>}</span>
    case 'text':
      return <LongText text={shown.text} />
    default:
      return <span className="dim">{shown.text}</span>
  }
}

/** More of a text hides what stands below it. */
const textMax = 240

function LongText({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(false)
  const isLong = text.length > textMax
  return (
    <span className="long-text">
      {isLong && !isWhole ? `${text.slice(0, textMax)}… ` : text}{' '}
      {isLong && (
        <button type="button" className="more-fields small" onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show less' : `Show all ${text.length} characters`}
        </button>
      )}
    </span>
  )
}

/** A name that may be broken where its words begin: `HeapMemoryUsage`. */
function Words({ children }: { children: string }) {
  return keyed(children.split(/(?<=[a-z\d])(?=[A-Z])/), (word) => word).map(({ key, item }, index) => (
    <Fragment key={key}>
      {index > 0 && <wbr />}
      {item}
    </Fragment>
  ))
}

interface RowProps {
  head: ReactNode
  depth: number
  counter?: ReactNode
  children: ReactNode
}

function Row({ head, depth, counter, children }: RowProps) {
  return (
    <tr style={{ '--depth': depth } as React.CSSProperties}>
      <th scope="row">
        <div className="attribute-name">{head}</div>
      </th>
      <td>{children}</td>
      <td className="number">{counter}</td>
    </tr>
  )
}

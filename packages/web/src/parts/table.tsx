import { Button, Checkbox, TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useRef, useState } from 'react'
import { orderRows, type Sortable } from '../reckon/order.ts'
import { Empty } from './empty.tsx'

export interface Column<Row> {
  key: string
  head: ReactNode
  cell: (row: Row) => ReactNode
  /** What it is sorted by; a column without it can't be. */
  by?: (row: Row) => Sortable
  isNumber?: boolean
  /** Left out where the screen is narrow. */
  isMinor?: boolean
  width?: string
}

interface TableProps<Row> {
  /** What the table holds, for who does not see it. */
  name: string
  rows: readonly Row[]
  columns: readonly Column<Row>[]
  keyOf: (row: Row) => string
  /** The sentence of an empty table, with its button. */
  empty: ReactNode
  /** What the filter looks in; no filter without it. */
  textOf?: (row: Row) => string
  sort?: string
  selection?: { selected: ReadonlySet<string>; select: (selected: ReadonlySet<string>) => void }
  onHover?: (row: Row | null) => void
  aside?: ReactNode
}

/** More rows make a page slow, and nobody reads them: the rest is a click away. */
const rowsMax = 200
/** A filter over fewer rows would be more to read than they are. */
const filterFrom = 6

/** A dense table; its order and filter stand in the address. Rows keep their places while the pointer is over them. */
export function DataTable<Row>(props: TableProps<Row>) {
  const { name, rows, columns, keyOf, textOf, selection, onHover } = props
  const search = useSearch({ strict: false })
  const navigate = useNavigate()
  const [all, setAll] = useState(false)
  const sort = search.sort ?? props.sort ?? ''
  const query = (search.q ?? '').trim().toLowerCase()
  const kept = query === '' || !textOf ? rows : rows.filter((row) => textOf(row).toLowerCase().includes(query))
  const ordered = useSteady(orderRows(kept, columns, sort), keyOf)
  const shown = all ? ordered.rows : ordered.rows.slice(0, rowsMax)
  function change(given: { sort?: string; q?: string | undefined }) {
    void navigate({ to: '.', search: (was) => ({ ...was, ...given }), replace: true, resetScroll: false })
  }
  if (rows.length === 0) return <>{props.empty}</>
  return (
    <div className="table-card card">
      {(textOf && rows.length >= filterFrom) || props.aside ? (
        <div className="table-head">
          {textOf && rows.length >= filterFrom && (
            <TextInput
              size="xs"
              placeholder="Filter"
              aria-label={`Filter ${name}`}
              value={search.q ?? ''}
              onChange={({ currentTarget }) => change({ q: currentTarget.value || undefined })}
            />
          )}
          {props.aside}
        </div>
      ) : null}
      {kept.length === 0 ? (
        <Empty
          action={
            <Button variant="default" size="compact-sm" onClick={() => change({ q: undefined })}>
              Show all {rows.length}
            </Button>
          }
        >
          None of {rows.length} has “{search.q}” in it.
        </Empty>
      ) : (
        <div className="table-scroll">
          <table className="table" aria-label={name} onMouseLeave={() => onHover?.(null)} {...ordered.hold}>
            <thead>
              <tr>
                {selection && <SelectAll keys={shown.map(keyOf)} {...selection} />}
                {columns.map((column) => (
                  <Head
                    key={column.key}
                    column={column}
                    sort={sort}
                    order={(key) => {
                      ordered.release()
                      change({ sort: key })
                    }}
                  />
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <tr key={keyOf(row)} onMouseEnter={() => onHover?.(row)}>
                  {selection && <SelectOne of={keyOf(row)} {...selection} />}
                  {columns.map((column) => (
                    <td key={column.key} className={classOf(column)}>
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {shown.length < ordered.rows.length && (
        <div className="table-foot">
          <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>
            Show all {ordered.rows.length}
          </Button>
        </div>
      )}
    </div>
  )
}

function classOf<Row>({ isNumber, isMinor }: Column<Row>): string {
  return `${isNumber ? 'number' : ''} ${isMinor ? 'wide-only' : ''}`
}

function Head<Row>({ column, sort, order }: { column: Column<Row>; sort: string; order: (sort: string) => void }) {
  const { key, head, by } = column
  const direction = sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : undefined
  return (
    <th scope="col" className={classOf(column)} aria-sort={direction} style={{ width: column.width }}>
      {by === undefined ? (
        head
      ) : (
        <button type="button" className="sort" onClick={() => order(direction === 'ascending' ? `-${key}` : key)}>
          {head}
          <span aria-hidden="true">{direction === 'ascending' ? ' ↑' : direction === 'descending' ? ' ↓' : ''}</span>
        </button>
      )}
    </th>
  )
}

type Selection = NonNullable<TableProps<unknown>['selection']>

function SelectAll({ keys, selected, select }: Selection & { keys: readonly string[] }) {
  const count = keys.filter((key) => selected.has(key)).length
  return (
    <th scope="col" className="select">
      <Checkbox
        size="xs"
        aria-label="Choose all"
        checked={count > 0 && count === keys.length}
        indeterminate={count > 0 && count < keys.length}
        onChange={() => select(count === keys.length ? new Set() : new Set(keys))}
      />
    </th>
  )
}

function SelectOne({ of, selected, select }: Selection & { of: string }) {
  function toggle() {
    const next = new Set(selected)
    if (!next.delete(of)) next.add(of)
    select(next)
  }
  return (
    <td className="select">
      <Checkbox size="xs" aria-label={`Choose ${of}`} checked={selected.has(of)} onChange={toggle} />
    </td>
  )
}

/** While the pointer is over the rows they keep the order that they had; new ones come at the end. */
function useSteady<Row>(rows: Row[], keyOf: (row: Row) => string) {
  const [isHeld, setHeld] = useState(false)
  const order = useRef<readonly string[]>([])
  const steady = isHeld ? inOrder(rows, keyOf, order.current) : rows
  order.current = steady.map(keyOf)
  // Whoever orders them anew wants them in that order, wherever the pointer is.
  const release = () => setHeld(false)
  const hold = { onPointerEnter: () => setHeld(true), onPointerLeave: release }
  return { rows: steady, hold, release }
}

function inOrder<Row>(rows: readonly Row[], keyOf: (row: Row) => string, order: readonly string[]): Row[] {
  const place = new Map(order.map((key, index) => [key, index]))
  const placeOf = (row: Row) => place.get(keyOf(row)) ?? order.length
  return [...rows].sort((a, b) => placeOf(a) - placeOf(b))
}

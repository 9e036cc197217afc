import { Skeleton } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Trouble } from './trouble.tsx'

/**
 * What a query gave, once it has; before that a skeleton of the final height, and what went wrong where it failed. What is there already
 * stays through a failed refresh: the header says that the server is away.
 */
export function Loaded<Answer>({
  query,
  height,
  children,
}: {
  query: UseQueryResult<Answer>
  height: number
  children: (answer: Answer) => ReactNode
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.error) return <Trouble error={query.error} />
  return <Skeleton className="late" height={height} radius="sm" />
}

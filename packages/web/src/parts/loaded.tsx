import { Skeleton } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ProblemError } from '../api.ts'
import { Trouble } from './trouble.tsx'

/**
 * What a query gave, once it has; before that a skeleton of the final height, and what went wrong where it failed. What is there already
 * stays through a failed refresh: the header says that the server is away. What has been removed meanwhile is said to be gone.
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
  const isGone = query.error instanceof ProblemError && query.error.problem.status === 404
  if (query.data !== undefined && !isGone) return <>{children(query.data)}</>
  if (isGone) return <Gone error={query.error} />
  if (query.error) return <Trouble error={query.error} />
  return <Skeleton className="late" height={height} radius="sm" />
}

function Gone({ error }: { error: unknown }) {
  return (
    <>
      <Trouble error={error} />
      <p className="dim gone">It may have been removed or renamed. Press / to search, or go to the overview.</p>
    </>
  )
}

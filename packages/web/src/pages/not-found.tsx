import { Link } from '@tanstack/react-router'
import { Empty } from '../parts/empty.tsx'
import { PageHead } from '../parts/page-head.tsx'

export function NotFound() {
  return (
    <>
      <PageHead title="Nothing here" />
      <Empty
        action={
          <Link className="link" to="/">
            Go to the overview
          </Link>
        }
      >
        There is no page at this address; what it was of may be gone. Press / to search.
      </Empty>
    </>
  )
}

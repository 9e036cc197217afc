import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { describe } from 'vitest'
import { migrationsConform } from '../../migrations.conformance.ts'
import { useServer } from '../postgresql.fixture.ts'
import { migrations } from './all.ts'

describe.skipIf(requirePart('postgresql').skip)('migrations', () => {
  const { empty } = useServer()
  migrationsConform({ fresh: empty, migrations, folder: import.meta.dirname })
})

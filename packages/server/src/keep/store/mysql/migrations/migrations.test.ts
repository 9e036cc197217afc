import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { describe } from 'vitest'
import { migrationsConform } from '../../migrations.conformance.ts'
import { useServer } from '../mysql.fixture.ts'
import { migrations } from './all.ts'

describe.skipIf(requirePart('mariadb').skip)('migrations', () => {
  const { empty } = useServer()
  migrationsConform({ fresh: empty, migrations, folder: import.meta.dirname })
})

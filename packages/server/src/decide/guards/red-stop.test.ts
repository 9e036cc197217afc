import { noon } from '../fixtures.ts'
import { minutes, table } from './fixtures.ts'

const pressed = { by: 'admin', at: noon - minutes(1) }

table('red-stop', [
  {
    name: 'pressed: refused',
    some: { redStop: pressed },
    reason:
      'Trigger "grow" held back by the red stop (pressed by admin at 11:59:00 UTC; resume to lift it). It stays armed.',
  },
  {
    name: 'not even force goes on',
    some: { redStop: pressed, asker: 'forced', trigger: null },
    reason:
      'The run on cluster "shop" held back by the red stop (pressed by admin at 11:59:00 UTC; resume to lift it).',
  },
])

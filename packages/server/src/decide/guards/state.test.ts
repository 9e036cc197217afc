import { base, table } from './fixtures.ts'

table('state', [
  { name: 'on goes', some: {} },
  { name: 'watch goes as far as the other guards let it', some: { trigger: { ...base.trigger, state: 'watch' } } },
  {
    name: 'off is refused',
    some: { trigger: { ...base.trigger, state: 'off' } },
    reason: 'Trigger "grow" held back by its state (it is off; switch it on or to watch). It stays armed.',
  },
  { name: 'off does not bind a person', some: { trigger: { ...base.trigger, state: 'off' }, asker: 'person' } },
])

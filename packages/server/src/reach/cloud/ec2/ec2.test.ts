import { balancersConform, machinesConform } from '../cloud.conformance.ts'
import { endRehearsed, orderOf, startRehearsed } from './ec2.fixture.ts'

async function open() {
  const { cloud, groupArn } = await startRehearsed()
  return {
    cloud,
    order: (token: string, tags: Readonly<Record<string, string>>) => orderOf(token, { tags }),
    unknownId: 'i-0123456789abcdef0',
    tellsHostKeys: true,
    names: { loadBalancers: ['shop'], targetGroups: [groupArn] },
    close: endRehearsed,
  }
}

machinesConform(open)
balancersConform(open)

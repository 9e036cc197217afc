/** The seven steps with scripts that do nothing, and the way back. `ec2Profile` and `sshPort`: of the cloud. */
export function sevenSteps(ec2Profile: object, ssh: { user: string; privateKey: string; port: number }) {
  return {
    version: 1,
    sshProfiles: [{ name: 'ops', user: ssh.user, privateKey: { value: ssh.privateKey } }],
    ec2Profiles: [{ name: 'shop', ...ec2Profile }],
    counters: [{ name: 'load1', ssh: { readyMade: 'load1' }, threshold: '> 1000', period: '10s' }],
    clusters: [{ name: 'shop', min: 0, max: 50, cooldown: '0s', counters: ['load1'] }],
    actions: [
      { name: 'new-machine', deployEc2Node: { ec2Profile: 'shop', sshProfile: 'ops', port: ssh.port } },
      { name: 'drop-machine', removeEc2Node: { drain: '5s' } },
      { name: 'script', localScript: { script: ':' } },
      { name: 'mail', email: { to: ['ops@example.org'], title: '{{newNode}}', content: '{{run}}' } },
    ],
    triggers: [
      {
        name: 'grow',
        cluster: 'shop',
        counters: ['load1'],
        timing: 5,
        actions: [
          { action: 'new-machine', onFailure: 'undo' }, // the machine, and its load balancer
          { action: 'script', target: 'last-node' }, // in the place of Puppet
          { action: 'script', target: 'last-node' }, // Tomcat
          { action: 'script', target: 'last-node' }, // the application
          { action: 'script', target: 'cluster' }, // the cluster
          { action: 'mail', target: 'none' },
        ],
      },
      {
        name: 'shrink',
        cluster: 'shop',
        counters: ['load1'],
        aggregate: 'avg',
        timing: 5,
        actions: [
          { action: 'script', target: 'last-node' },
          { action: 'drop-machine' },
          { action: 'script', target: 'cluster', onFailure: 'continue' }, // after the first run there is nobody left
          { action: 'mail', target: 'none' },
        ],
      },
    ],
  }
}

import { expect, test } from 'vitest'
import { methods, newClient } from './methods.ts'

// As the JDK's own stubs have them.
const HASHES: Record<keyof typeof methods, bigint> = {
  getAttribute: -1089783104982388203n,
  getAttributes: 6285293806596348999n,
  setAttribute: 6738606893952597516n,
  invoke: 1434350937885235744n,
  queryNames: 9152567528369059802n,
  getMBeanInfo: -7404813916326233354n,
  isRegistered: 8325683335228268564n,
  getMBeanCount: -2042362057335820635n,
  getDefaultDomain: 6047668923998658472n,
  getDomains: -6662314179953625551n,
  getConnectionId: -67907180346059933n,
  close: -4742752445160157748n,
  addNotificationListeners: -5321691879380783377n,
  removeNotificationListeners: 2549120024456183446n,
  fetchNotifications: -5037523307973544478n,
}

test.each(Object.entries(HASHES))("%s is called by the JDK's own hash", (name, hash) => {
  expect(Object.entries(methods).find(([each]) => each === name)?.[1].hash).toBe(hash)
})

test('every method has its hash here', () => {
  expect(Object.keys(methods).sort()).toEqual(Object.keys(HASHES).sort())
  expect(newClient.hash).toBe(-1089742558549201240n)
})

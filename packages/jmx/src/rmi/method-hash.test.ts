import { expect, test } from 'vitest'
import { remoteMethod } from './method-hash.ts'

const N = 'Ljavax/management/ObjectName;'
const S = 'Ljava/lang/String;'
const M = 'Ljava/rmi/MarshalledObject;'
const Q = 'Ljavax/security/auth/Subject;'
const O = 'Ljava/lang/Object;'

// As the JDK's own stubs have them.
test.each([
  [`newClient(${O})Ljavax/management/remote/rmi/RMIConnection;`, -1089742558549201240n],
  [`getVersion()${S}`, -8081107751519807347n],
  [`getAttribute(${N}${S}${Q})${O}`, -1089783104982388203n],
  [`getAttributes(${N}[${S}${Q})Ljavax/management/AttributeList;`, 6285293806596348999n],
  [`setAttribute(${N}${M}${Q})V`, 6738606893952597516n],
  [`setAttributes(${N}${M}${Q})Ljavax/management/AttributeList;`, -230470228399681820n],
  [`invoke(${N}${S}${M}[${S}${Q})${O}`, 1434350937885235744n],
  [`queryNames(${N}${M}${Q})Ljava/util/Set;`, 9152567528369059802n],
  [`queryMBeans(${N}${M}${Q})Ljava/util/Set;`, 2915881009400597976n],
  [`getMBeanInfo(${N}${Q})Ljavax/management/MBeanInfo;`, -7404813916326233354n],
  [`getObjectInstance(${N}${Q})Ljavax/management/ObjectInstance;`, 6950095694996159938n],
  [`isInstanceOf(${N}${S}${Q})Z`, -2147516868461740814n],
  [`isRegistered(${N}${Q})Z`, 8325683335228268564n],
  [`getMBeanCount(${Q})Ljava/lang/Integer;`, -2042362057335820635n],
  [`getDefaultDomain(${Q})${S}`, 6047668923998658472n],
  [`getDomains(${Q})[${S}`, -6662314179953625551n],
  [`getConnectionId()${S}`, -67907180346059933n],
  ['close()V', -4742752445160157748n],
  [`addNotificationListeners([${N}[${M}[${Q})[Ljava/lang/Integer;`, -5321691879380783377n],
  [`removeNotificationListeners(${N}[Ljava/lang/Integer;${Q})V`, 2549120024456183446n],
  ['fetchNotifications(JIJ)Ljavax/management/remote/NotificationResult;', -5037523307973544478n],
  [`addNotificationListener(${N}${N}${M}${M}${Q})V`, -8578317696269497109n],
  [`removeNotificationListener(${N}${N}${Q})V`, 6604721169198089513n],
  [`unregisterMBean(${N}${Q})V`, -159498580868721452n],
])('the hash of %s', (signature, hash) => {
  expect(remoteMethod(signature)).toEqual({ operation: -1, hash })
})

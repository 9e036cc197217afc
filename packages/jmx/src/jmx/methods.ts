import { remoteMethod } from '../rmi/method-hash.ts'

const NAME = 'Ljavax/management/ObjectName;'
const TEXT = 'Ljava/lang/String;'
const MARSHALLED = 'Ljava/rmi/MarshalledObject;'
const SUBJECT = 'Ljavax/security/auth/Subject;'
const OBJECT = 'Ljava/lang/Object;'

/** RMIServer.newClient: the login. */
export const newClient = remoteMethod(`newClient(${OBJECT})Ljavax/management/remote/rmi/RMIConnection;`)

/** The methods of javax.management.remote.rmi.RMIConnection that this client calls. */
export const methods = {
  getAttribute: remoteMethod(`getAttribute(${NAME}${TEXT}${SUBJECT})${OBJECT}`),
  getAttributes: remoteMethod(`getAttributes(${NAME}[${TEXT}${SUBJECT})Ljavax/management/AttributeList;`),
  setAttribute: remoteMethod(`setAttribute(${NAME}${MARSHALLED}${SUBJECT})V`),
  invoke: remoteMethod(`invoke(${NAME}${TEXT}${MARSHALLED}[${TEXT}${SUBJECT})${OBJECT}`),
  queryNames: remoteMethod(`queryNames(${NAME}${MARSHALLED}${SUBJECT})Ljava/util/Set;`),
  getMBeanInfo: remoteMethod(`getMBeanInfo(${NAME}${SUBJECT})Ljavax/management/MBeanInfo;`),
  isRegistered: remoteMethod(`isRegistered(${NAME}${SUBJECT})Z`),
  getMBeanCount: remoteMethod(`getMBeanCount(${SUBJECT})Ljava/lang/Integer;`),
  getDefaultDomain: remoteMethod(`getDefaultDomain(${SUBJECT})${TEXT}`),
  getDomains: remoteMethod(`getDomains(${SUBJECT})[${TEXT}`),
  getConnectionId: remoteMethod(`getConnectionId()${TEXT}`),
  close: remoteMethod('close()V'),
  addNotificationListeners: remoteMethod(
    `addNotificationListeners([${NAME}[${MARSHALLED}[${SUBJECT})[Ljava/lang/Integer;`,
  ),
  removeNotificationListeners: remoteMethod(`removeNotificationListeners(${NAME}[Ljava/lang/Integer;${SUBJECT})V`),
  fetchNotifications: remoteMethod('fetchNotifications(JIJ)Ljavax/management/remote/NotificationResult;'),
} as const

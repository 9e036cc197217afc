import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import javax.rmi.ssl.SslRMIClientSocketFactory;

/** How the Java clients connect. The password comes by the environment, since everybody can read an argument. */
final class Login {
    /** To "host:port"; JMX_USER, JMX_PASSWORD, and JMX_REGISTRY_TLS=1 where the registry speaks TLS too. */
    static JMXConnector to(String address) throws IOException {
        Map<String, Object> environment = new HashMap<>();
        String user = System.getenv("JMX_USER");
        if (user != null) {
            environment.put(JMXConnector.CREDENTIALS, new String[] {user, System.getenv("JMX_PASSWORD")});
        }
        if ("1".equals(System.getenv("JMX_REGISTRY_TLS"))) {
            environment.put("com.sun.jndi.rmi.factory.socket", new SslRMIClientSocketFactory());
        }
        JMXServiceURL url = new JMXServiceURL("service:jmx:rmi:///jndi/rmi://" + address + "/jmxrmi");
        return JMXConnectorFactory.connect(url, environment);
    }
}

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.ExportException;
import java.rmi.server.RMIServerSocketFactory;
import java.util.Map;
import java.util.TreeMap;
import javax.management.MBeanServer;
import javax.management.remote.JMXServiceURL;
import javax.management.remote.rmi.RMIConnectorServer;
import javax.management.remote.rmi.RMIJRMPServerImpl;

/**
 * Many connector servers in one JVM, each with a registry and a port of its own, to play many JVMs. Arguments: host,
 * first port to try, last port, count, idle limit in ms (0: Java's own, 120,000), MBeans of ten counters. Says "ready
 * PORT PORT …".
 */
public final class ConnectorServers {
    private static final class OneHost implements RMIServerSocketFactory {
        private final InetAddress host;

        OneHost(InetAddress host) {
            this.host = host;
        }

        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            return new ServerSocket(port, 0, host);
        }

        // Registry and server share a port only where they have equal factories.
        @Override
        public boolean equals(Object other) {
            return other instanceof OneHost && ((OneHost) other).host.equals(host);
        }

        @Override
        public int hashCode() {
            return host.hashCode();
        }
    }

    public static void main(String[] arguments) throws Exception {
        OneHost factory = new OneHost(InetAddress.getByName(arguments[0]));
        int port = Integer.parseInt(arguments[1]);
        int portMax = Integer.parseInt(arguments[2]);
        int count = Integer.parseInt(arguments[3]);
        String idleMs = arguments[4];
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        Counters.register(server, Integer.parseInt(arguments[5]));
        StringBuilder ready = new StringBuilder("ready");
        for (int started = 0; started < count; port++) {
            if (port > portMax) throw new IllegalStateException("no free port left from " + arguments[1] + " to " + portMax);
            if (!start(port, factory, idleMs, server)) continue;
            ready.append(' ').append(port);
            started++;
        }
        System.out.println(ready);
        while (System.in.read() >= 0) continue; // ends with whoever started us
        System.exit(0);
    }

    /** False where the port is taken. */
    private static boolean start(int port, OneHost factory, String idleMs, MBeanServer server) throws Exception {
        Registry registry;
        try {
            registry = LocateRegistry.createRegistry(port, null, factory);
        } catch (ExportException taken) {
            return false;
        }
        Map<String, Object> environment = new TreeMap<>();
        if (!idleMs.equals("0")) environment.put("jmx.remote.x.server.connection.timeout", idleMs);
        RMIJRMPServerImpl implementation = new RMIJRMPServerImpl(port, null, factory, environment);
        new RMIConnectorServer(new JMXServiceURL("service:jmx:rmi://"), environment, implementation, server).start();
        registry.bind("jmxrmi", implementation.toStub());
        return true;
    }
}

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.RMIClientSocketFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.rmi.ssl.SslRMIClientSocketFactory;

/**
 * A JVM to be watched: the built-in agent listens already when main begins (the options are flags), so that "ready" is
 * written once the MBeans are there. Takes orders on its input, one a line, answers each with one line, and ends with
 * it.
 */
public final class RehearsalJvm {
    private static final int MEGABYTE = 1 << 20;
    private static final List<byte[]> held = new ArrayList<>();
    private static volatile byte[] dropped;

    /** Arguments: how many MBeans of ten counters; then, to have the RMI port told: host, port, "clear" or "tls". */
    public static void main(String[] arguments) throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        Bell bell = new Bell();
        server.registerMBean(new Kinds(), new ObjectName("rehearsal:type=Kinds"));
        server.registerMBean(new Mixed(), new ObjectName("rehearsal:type=Mixed"));
        server.registerMBean(new Broken(), new ObjectName("rehearsal:type=Broken"));
        server.registerMBean(new Knob(), new ObjectName("rehearsal:type=Knob"));
        server.registerMBean(bell, new ObjectName("rehearsal:type=Bell"));
        Counters.register(server, Integer.parseInt(arguments[0]));
        boolean tellsPort = arguments.length == 4;
        System.out.println(tellsPort ? "ready " + rmiPort(arguments[1], arguments[2], arguments[3]) : "ready");
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = orders.readLine()) != null;) {
            String[] words = line.split(" ");
            obey(words[0], Integer.parseInt(words[1]), bell);
            System.out.println("done");
        }
        System.exit(0);
    }

    private static void obey(String order, int amount, Bell bell) {
        switch (order) {
            case "garbage":
                // A field that is read by nobody, or the compiler would leave the allocation out.
                for (int i = 0; i < amount; i++) dropped = new byte[MEGABYTE];
                dropped = null;
                break;
            case "hold":
                while (held.size() > amount) held.remove(held.size() - 1);
                while (held.size() < amount) held.add(new byte[MEGABYTE]);
                System.gc();
                break;
            case "ring":
                bell.ring(amount);
                break;
            default:
                throw new IllegalArgumentException("no such order: " + order);
        }
    }

    /** A port that the JVM chose is told by nothing but the stub's text, "…endpoint:[127.0.0.1:40123](remote)…". */
    private static String rmiPort(String host, String port, String security) throws Exception {
        RMIClientSocketFactory factory = security.equals("tls") ? new SslRMIClientSocketFactory() : null;
        Registry registry = LocateRegistry.getRegistry(host, Integer.parseInt(port), factory);
        String stub = registry.lookup("jmxrmi").toString();
        Matcher endpoint = Pattern.compile("endpoint:\\[[^\\]]*?:(\\d+)[,\\]]").matcher(stub);
        if (!endpoint.find()) throw new IllegalStateException("no port in " + stub);
        return endpoint.group(1);
    }
}

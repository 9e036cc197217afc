import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;

/**
 * What Java's own client can do. Arguments: "single" or "bulk", connections a JVM, seconds to warm up, seconds to
 * measure, MBeans of ten counters a JVM, then "host:port" of each JVM. A thread a connection reads one attribute (or
 * ten) at a time, as this client does. Prints {"values":…,"wallS":…,"cpuS":…,"allValues":…}: this process's own
 * processor time, all threads and the compiler's; the last is of the warm-up, too.
 */
public final class Bench {
    private static final String[] NAMES = {
        "Requests", "Errors", "BytesSent", "BytesReceived", "Sessions",
        "UptimeMs", "Load", "BusyShare", "Threads", "Queued",
    };
    private static final AtomicLong values = new AtomicLong();
    private static volatile boolean ended = false;
    private static volatile Exception failed;

    public static void main(String[] arguments) throws Exception {
        boolean bulk = arguments[0].equals("bulk");
        int each = Integer.parseInt(arguments[1]);
        ObjectName[] mbeans = new ObjectName[Integer.parseInt(arguments[4])];
        for (int n = 0; n < mbeans.length; n++) mbeans[n] = new ObjectName("rehearsal:type=Counters,n=" + n);
        List<JMXConnector> connectors = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int jvm = 5; jvm < arguments.length; jvm++) {
            for (int i = 0; i < each; i++) {
                JMXConnector connector = Login.to(arguments[jvm]);
                connectors.add(connector);
                MBeanServerConnection connection = connector.getMBeanServerConnection();
                threads.add(new Thread(() -> read(connection, mbeans, bulk)));
            }
        }
        for (Thread thread : threads) thread.start();
        Thread.sleep(Long.parseLong(arguments[2]) * 1_000);
        long valuesBefore = values.get();
        long cpuBefore = cpuNs();
        long wallBefore = System.nanoTime();
        Thread.sleep(Long.parseLong(arguments[3]) * 1_000);
        long wall = System.nanoTime() - wallBefore;
        long cpu = cpuNs() - cpuBefore;
        long read = values.get() - valuesBefore;
        ended = true;
        for (Thread thread : threads) thread.join();
        if (failed != null) throw failed;
        for (JMXConnector connector : connectors) connector.close();
        String figures = "{\"values\":%d,\"wallS\":%.6f,\"cpuS\":%.6f,\"allValues\":%d}%n";
        System.out.printf(Locale.ROOT, figures, read, wall / 1e9, cpu / 1e9, values.get());
        System.exit(0);
    }

    private static void read(MBeanServerConnection connection, ObjectName[] mbeans, boolean bulk) {
        try {
            for (int turn = 0; !ended; turn++) {
                ObjectName mbean = mbeans[turn % mbeans.length];
                if (bulk) {
                    values.addAndGet(connection.getAttributes(mbean, NAMES).size());
                } else {
                    for (String name : NAMES) connection.getAttribute(mbean, name);
                    values.addAndGet(NAMES.length);
                }
            }
        } catch (Exception error) {
            failed = error;
            ended = true;
        }
    }

    private static long cpuNs() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }
}

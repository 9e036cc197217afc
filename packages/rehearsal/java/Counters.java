import javax.management.MBeanServer;
import javax.management.ObjectName;

/** See the interface. */
public final class Counters implements CountersMBean {
    private volatile long reads = 0;

    /** Registers "rehearsal:type=Counters,n=0" to n = count − 1. */
    static void register(MBeanServer server, int count) throws Exception {
        for (int n = 0; n < count; n++) {
            server.registerMBean(new Counters(), new ObjectName("rehearsal:type=Counters,n=" + n));
        }
    }

    public long getRequests() { return next(); }
    public long getErrors() { return next() / 1_000; }
    public long getBytesSent() { return next() * 4_096; }
    public long getBytesReceived() { return next() * 512; }
    public long getSessions() { return next() % 1_000; }
    public long getUptimeMs() { return next() * 1_000; }
    public double getLoad() { return (next() % 800) / 100.0; }
    public double getBusyShare() { return (next() % 100) / 100.0; }
    public int getThreads() { return (int) (next() % 200); }
    public int getQueued() { return (int) (next() % 10); }

    private synchronized long next() { return ++reads; }
}

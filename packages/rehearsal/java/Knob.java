import java.util.Date;
import java.util.Map;
import java.util.TreeMap;

/** See the interface. */
public final class Knob implements KnobMBean {
    private volatile int size = 10;
    private volatile long bytes = 1L << 40;
    private volatile double share = 0.5;
    private volatile boolean open = true;
    private volatile String label = "first";
    private volatile long[] steps = {1, 2, 3};
    private volatile int slowMs = 0;

    public int getSize() { return size; }
    public void setSize(int size) {
        if (size < 0) throw new IllegalArgumentException("size must not be negative: " + size);
        this.size = size;
    }
    public long getBytes() { return bytes; }
    public void setBytes(long bytes) { this.bytes = bytes; }
    public double getShare() { return share; }
    public void setShare(double share) { this.share = share; }
    public boolean isOpen() { return open; }
    public void setOpen(boolean open) { this.open = open; }
    public String getLabel() { return label; }
    public void setLabel(String label) { this.label = label; }
    public long[] getSteps() { return steps; }
    public void setSteps(long[] steps) { this.steps = steps; }
    public int getSlowMs() { return slowMs; }
    public void setSlowMs(int slowMs) { this.slowMs = slowMs; }
    public long getSlow() throws InterruptedException {
        Thread.sleep(slowMs);
        return slowMs;
    }
    public long getReadOnly() { return 1; }

    public int add(int left, int right) { return left + right; }
    public long sum(long[] values) {
        long sum = 0;
        for (long value : values) sum += value;
        return sum;
    }
    public String join(String[] words, String between) { return String.join(between, words); }
    public Object echo(Object value) { return value; }
    public Map<String, Object> describe(String text, boolean flag, double share, Date at) {
        return new TreeMap<>(Map.of("text", text, "flag", flag, "share", share, "at", at));
    }
    public void nothing() {}
    public void sleep(long forMs) throws InterruptedException { Thread.sleep(forMs); }
    public void fail(String why) throws Exception { throw new Exception(why); }
    public void halt() { Runtime.getRuntime().halt(1); }
}

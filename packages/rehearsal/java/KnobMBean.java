import java.util.Date;
import java.util.Map;

/** What can be set and called. */
public interface KnobMBean {
    int getSize();
    void setSize(int size);
    long getBytes();
    void setBytes(long bytes);
    double getShare();
    void setShare(double share);
    boolean isOpen();
    void setOpen(boolean open);
    String getLabel();
    void setLabel(String label);
    long[] getSteps();
    void setSteps(long[] steps);
    /** Reading `Slow` takes this long; 0 at first. */
    int getSlowMs();
    void setSlowMs(int slowMs);
    long getSlow() throws InterruptedException;
    long getReadOnly();

    int add(int left, int right);
    long sum(long[] values);
    String join(String[] words, String between);
    Object echo(Object value);
    Map<String, Object> describe(String text, boolean flag, double share, Date at);
    void nothing();
    void sleep(long forMs) throws InterruptedException;
    void fail(String why) throws Exception;
    void halt();
}

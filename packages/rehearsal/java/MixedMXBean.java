import java.util.List;
import java.util.Map;
import java.util.Set;

/** An MXBean: the JVM makes composites and tables of these by itself. */
public interface MixedMXBean {
    Mixed.Pool getPool();
    List<Mixed.Pool> getPools();
    Map<String, Long> getSizes();
    Map<String, Mixed.Pool> getPoolsByName();
    Set<String> getTags();
    Kinds.Colour getColour();
    long getTotal();
    boolean isOpen();
}

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The values; see the interface. */
public final class Mixed implements MixedMXBean {
    public static final class Pool {
        private final String name;
        private final int busy;

        Pool(String name, int busy) {
            this.name = name;
            this.busy = busy;
        }

        public String getName() { return name; }
        public int getBusy() { return busy; }
        public double getBusyShare() { return busy / 10.0; }
        public Map<String, Integer> getByCaller() { return Map.of("web", busy, "batch", 0); }
    }

    public Pool getPool() { return new Pool("main", 3); }
    public List<Pool> getPools() { return List.of(new Pool("main", 3), new Pool("spare", 0)); }

    public Map<String, Long> getSizes() {
        Map<String, Long> sizes = new LinkedHashMap<>();
        sizes.put("small", 1L);
        sizes.put("big", Long.MAX_VALUE);
        return sizes;
    }

    public Map<String, Pool> getPoolsByName() { return Map.of("main", getPool()); }
    public Set<String> getTags() { return new TreeSet<>(List.of("b", "a")); }
    public Kinds.Colour getColour() { return Kinds.Colour.GREEN; }
    public long getTotal() { return 3; }
    public boolean isOpen() { return true; }
}

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.*;
import java.util.*;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.*;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.openmbean.*;

/**
 * The values; see the interface. Text that is not ASCII is written as escapes, so that no compiler setting can change
 * it.
 */
public final class Kinds implements KindsMBean {
    private static final String[] ITEMS = {"name", "count", "bytes"};

    public enum Colour {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "the green one";
            }
        }
    }

    /** A bean of somebody's own, without custom data. */
    public static class Point implements Serializable {
        private static final long serialVersionUID = 1;
        private final int x = 3;
        private final String label = "here";
    }

    /** Writes more than its fields: block data, an object, and block data again. */
    public static final class Odd extends Point {
        private static final long serialVersionUID = 1;
        private final long own = 7;

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
            out.writeInt(42);
            out.writeObject("in between");
            out.write(new byte[600]);
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            in.readInt();
            in.readObject();
            in.readFully(new byte[600]);
        }
    }

    public byte getByte() { return -128; }
    public short getShort() { return -32768; }
    public int getInt() { return 42; }
    public int getIntMin() { return Integer.MIN_VALUE; }
    public long getLong() { return 1_234_567_890_123L; }
    public long getLongLastSafe() { return 9_007_199_254_740_991L; }
    public long getLongPastSafe() { return 9_007_199_254_740_993L; }
    public long getLongMax() { return Long.MAX_VALUE; }
    public long getLongMin() { return Long.MIN_VALUE; }
    public double getDouble() { return 1 / 3.0; }
    public double getDoubleWhole() { return 17.0; }
    public double getDoubleHuge() { return 1.0e300; }
    public double getDoubleTiny() { return Double.MIN_VALUE; }
    public double getDoubleNaN() { return Double.NaN; }
    public double getDoubleInfinity() { return Double.POSITIVE_INFINITY; }
    public double getDoubleMinusInfinity() { return Double.NEGATIVE_INFINITY; }
    public double getDoubleMinusZero() { return -0.0; }
    public float getFloat() { return 0.1f; }
    public float getFloatNaN() { return Float.NaN; }
    public boolean isBoolean() { return true; }
    public boolean getBooleanByGet() { return false; }
    public char getChar() { return '\u20ac'; }
    public char getCharNul() { return '\0'; }
    public char getCharSurrogate() { return '\ud83d'; }
    public String getText() { return "plain \"text\" with \\ and\ttab\n"; }
    public String getTextEmpty() { return ""; }
    public String getTextAstral() { return "\u00e9\u20ac\ud83d\ude00!"; }
    public String getTextNul() { return "a\0b"; }
    public String getTextLoneSurrogate() { return "\ud83d alone"; }
    public String getTextProto() { return "__proto__"; }
    /** Past 65,535 bytes: another kind of string on the wire. */
    public String getTextLong() { return "0123456789abc\u00e9".repeat(5_000); }
    public String getTextNull() { return null; }
    public Long getBoxedNull() { return null; }
    public Integer getBoxed() { return 5; }
    public Date getDate() { return new Date(1_700_000_000_123L); }
    public Date getDateBefore1970() { return new Date(-1); }
    /** Past what a JavaScript Date holds. */
    public Date getDateFar() { return new Date(Long.MAX_VALUE); }
    public BigInteger getBigInteger() { return BigInteger.ONE.shiftLeft(100).add(BigInteger.ONE); }
    public BigInteger getBigIntegerNegative() { return BigInteger.ONE.shiftLeft(64).negate(); }
    public BigInteger getBigIntegerZero() { return BigInteger.ZERO; }
    public BigDecimal getBigDecimal() { return new BigDecimal("-12345678901234567890.0123456789"); }
    public BigDecimal getBigDecimalExponent() { return new BigDecimal("12E+5"); }
    public byte[] getBytes() { return new byte[] {0, 1, 127, -128, -1}; }
    public short[] getShorts() { return new short[] {1, -2}; }
    public int[] getInts() { return new int[] {1, -2, Integer.MAX_VALUE}; }
    public int[] getIntsEmpty() { return new int[0]; }
    public long[] getLongs() { return new long[] {1, Long.MAX_VALUE, -9_007_199_254_740_993L}; }
    public float[] getFloats() { return new float[] {0.5f, 0.1f, Float.NEGATIVE_INFINITY}; }
    public double[] getDoubles() { return new double[] {0.1, Double.NaN, -0.0, 2}; }
    public boolean[] getBooleans() { return new boolean[] {true, false}; }
    public char[] getChars() { return new char[] {'a', '\0', '\ude00'}; }
    public String[] getTexts() { return new String[] {"one", null, "", "one"}; }
    public int[][] getGrid() { return new int[][] {{1, 2}, {}, null, {3}}; }
    public Object[] getObjects() { return new Object[] {1, 2L, 0.5, "three", null, new int[] {4}, Colour.RED}; }
    public Long[] getBoxes() { return new Long[] {1L, null, Long.MAX_VALUE}; }
    public ArrayList<Object> getArrayList() { return new ArrayList<>(Arrays.asList("a", 1, null, List.of(2L))); }
    public List<String> getLinkedList() { return new LinkedList<>(List.of("a", "b")); }
    public List<String> getListOf() { return List.of("a", "b", "c"); }
    public List<String> getListAs() { return Arrays.asList("a", null); }
    public List<String> getListEmpty() { return Collections.emptyList(); }
    public List<String> getListSingleton() { return Collections.singletonList("only"); }
    public List<String> getListUnmodifiable() { return Collections.unmodifiableList(new ArrayList<>(getLinkedList())); }
    public List<String> getListSynchronized() { return Collections.synchronizedList(new ArrayList<>(List.of("a"))); }
    public List<String> getListCopyOnWrite() { return new CopyOnWriteArrayList<>(List.of("a", "b")); }
    public Vector<String> getVector() { return new Vector<>(List.of("a", "b")); }
    public ArrayDeque<String> getDeque() { return new ArrayDeque<>(List.of("a", "b")); }
    public PriorityQueue<Integer> getQueue() { return new PriorityQueue<>(List.of(1, 2, 3)); }
    public Set<String> getHashSet() { return new HashSet<>(List.of("a", "b", "c")); }
    public Set<String> getLinkedHashSet() { return new LinkedHashSet<>(List.of("z", "a")); }
    public Set<String> getTreeSet() { return new TreeSet<>(List.of("b", "a")); }
    public Set<String> getSetOf() { return Set.of("a", "b"); }
    public EnumSet<Colour> getEnumSet() { return EnumSet.allOf(Colour.class); }

    public Map<String, Object> getHashMap() {
        Map<String, Object> map = new HashMap<>();
        map.put("one", 1);
        map.put("nothing", null);
        map.put("__proto__", 3L);
        map.put(null, "no key");
        return map;
    }

    public Map<String, Object> getLinkedHashMap() { return new LinkedHashMap<>(Map.of("k", 0.5)); }
    public Map<Integer, String> getTreeMap() { return new TreeMap<>(Map.of(2, "two", 10, "ten")); }
    public Map<String, String> getMapOf() { return Map.of("a", "A", "b", "B"); }
    public Map<String, String> getMapConcurrent() { return new ConcurrentHashMap<>(Map.of("a", "A", "b", "B")); }
    public Map<String, String> getMapEmpty() { return Collections.emptyMap(); }
    public Map<String, String> getMapSynchronized() { return Collections.synchronizedMap(new HashMap<>(getMapOf())); }
    public Map<Colour, Integer> getEnumMap() { return new EnumMap<>(Map.of(Colour.RED, 1, Colour.GREEN, 2)); }

    public Properties getProperties() {
        Properties properties = new Properties();
        properties.setProperty("colour", "red");
        return properties;
    }

    public CompositeData getComposite() throws OpenDataException { return composite("shop", 7, 2_048L); }

    /** Item names that are traps for whoever keeps items as properties of an object. */
    public CompositeData getCompositeProto() throws OpenDataException {
        String[] items = {"__proto__", "constructor", "a.b"};
        OpenType<?>[] types = {SimpleType.LONG, SimpleType.STRING, SimpleType.DOUBLE};
        CompositeType type = new CompositeType("Trap", "names", items, items, types);
        return new CompositeDataSupport(type, items, new Object[] {1L, "two", 3.5});
    }

    public CompositeData[] getComposites() throws OpenDataException {
        return new CompositeData[] {composite("a", 1, 1L), null, composite("b", 2, Long.MAX_VALUE)};
    }

    public TabularData getTabular() throws OpenDataException { return tabular(1, "name"); }
    public TabularData getTabularTwoKeys() throws OpenDataException { return tabular(1, "name", "count"); }
    public TabularData getTabularEmpty() throws OpenDataException { return tabular(0, "name"); }
    public ObjectName getObjectName() { return name("rehearsal:type=Kinds,b=2,a=1"); }
    public ObjectName getObjectNameQuoted() { return name("rehearsal:name=\"a,b=\\\"c\\*\""); }
    public ObjectName[] getObjectNames() { return new ObjectName[] {name("a:b=c"), name("*:type=Kinds,*")}; }
    public Colour getEnum() { return Colour.RED; }
    public Colour getEnumWithBody() { return Colour.GREEN; }
    public Thread.State getEnumOfJava() { return Thread.State.TIMED_WAITING; }
    public UUID getUuid() { return UUID.fromString("0190b0a8-7a3c-7def-8123-456789abcdef"); }
    public Class<?> getClassOfString() { return String.class; }
    public AtomicLong getAtomicLong() { return new AtomicLong(9_007_199_254_740_993L); }
    public AtomicInteger getAtomicInteger() { return new AtomicInteger(-5); }
    public AtomicBoolean getAtomicBoolean() { return new AtomicBoolean(true); }
    public Duration getDuration() { return Duration.ofSeconds(90, 5); }
    public Instant getInstant() { return Instant.ofEpochSecond(1_700_000_000L, 123_456_789); }
    public LocalDate getLocalDate() { return LocalDate.of(2024, 2, 29); }
    public LocalTime getLocalTime() { return LocalTime.of(1, 0); }
    public LocalDateTime getLocalDateTime() { return LocalDateTime.of(2024, 2, 29, 23, 59, 58, 7); }
    public ZonedDateTime getZonedDateTime() { return getLocalDateTime().atZone(ZoneId.of("Europe/Berlin")); }
    public OffsetDateTime getOffsetDateTime() { return getLocalDateTime().atOffset(ZoneOffset.ofHoursMinutes(5, 30)); }
    public Point getPoint() { return new Point(); }
    public Odd getOdd() { return new Odd(); }
    public Exception getException() { return new IllegalStateException("kept", new RuntimeException("why")); }

    public List<Object> getSharedTwice() {
        List<Object> inner = new ArrayList<>(List.of("same"));
        return new ArrayList<>(List.of(inner, inner));
    }

    public Object[] getCycle() {
        Object[] cycle = {"before", null, "after"};
        cycle[1] = cycle;
        return cycle;
    }

    public Object getObjectNull() { return null; }

    private static CompositeData composite(String name, int count, long bytes) throws OpenDataException {
        return new CompositeDataSupport(rowType(), ITEMS, new Object[] {name, count, bytes});
    }

    private static TabularData tabular(int rows, String... keys) throws OpenDataException {
        TabularDataSupport table = new TabularDataSupport(new TabularType("Shops", "all of them", rowType(), keys));
        for (int i = 0; i < rows * 3; i++) table.put(composite("shop" + i, i, 1L << (20 * i)));
        return table;
    }

    private static CompositeType rowType() throws OpenDataException {
        OpenType<?>[] types = {SimpleType.STRING, SimpleType.INTEGER, SimpleType.LONG};
        return new CompositeType("Shop", "one of them", ITEMS, ITEMS, types);
    }

    private static ObjectName name(String text) {
        try {
            return new ObjectName(text);
        } catch (MalformedObjectNameException error) {
            throw new IllegalArgumentException(error);
        }
    }
}

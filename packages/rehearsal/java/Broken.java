import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.Serializable;

/** See the interface. */
public final class Broken implements BrokenMBean {
    /** Its data is unframed on an RMI stream: nobody who does not know the class can read past it. */
    public static final class Unframed implements Externalizable {
        private static final long serialVersionUID = 1;

        public Unframed() {}

        @Override
        public void writeExternal(ObjectOutput out) throws IOException { out.writeLong(5); }

        @Override
        public void readExternal(ObjectInput in) throws IOException { in.readLong(); }
    }

    private static final class Partly implements Serializable {
        private static final long serialVersionUID = 1;
        private final int before = 1;
        private final Object inner = new Object();
    }

    public long getAlive() { return 1; }
    public long getThrowsUnchecked() { throw new IllegalStateException("the pool is closed"); }
    public long getThrowsError() { throw new AssertionError("broken"); }
    public long getThrowsChecked() throws Exception { throw new Exception("not today"); }
    public long getUnsupported() { throw new UnsupportedOperationException("no threshold here"); }
    public Object getNotSerializable() { return new Object(); }
    public Object getPartlySerializable() { return new Partly(); }
    public Object getExternalizable() { return new Unframed(); }
    public long getZest() { return 26; }
}

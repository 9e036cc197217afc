/** Attributes that can't be read, between two that can; in a bulk read all come in the order asked for. */
public interface BrokenMBean {
    long getAlive();
    long getThrowsUnchecked();
    long getThrowsError();
    long getThrowsChecked() throws Exception;
    long getUnsupported();
    Object getNotSerializable();
    Object getPartlySerializable();
    Object getExternalizable();
    long getZest();
}

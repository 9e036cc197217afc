/**
 * Sends notifications of the type "rehearsal.ring", numbered from 1, whose user data is 2^53 + 1 and the number as
 * text.
 */
public interface BellMBean {
    long getRung();
    void ring(int times);
}
